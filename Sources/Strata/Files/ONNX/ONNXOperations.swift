/// What each operation is in ONNX.
extension ONNXExport {
    func translate(
        _ operation: any Operation, _ inputs: [Tensor], rank: Int
    ) throws -> Value {
        switch operation {
        case let operation as Elementwise:
            let isFirst = takesChannelsFirst(inputs, rank)
            let names = try inputs.map { try name(of: $0, channelsFirst: isFirst) }
            return Value(try elementwise(operation.code, names), channelsFirst: isFirst)
        case let operation as Convolution:
            return try convolution(operation, inputs)
        case let operation as ConvolutionInputGradient where operation.groups == 1:
            return try transposedConvolution(operation, inputs)
        case let operation as MaxPooling:
            return try pooling("MaxPool", operation.window, inputs[0])
        case let operation as AveragePooling:
            // As here, padding does not count.
            return try pooling("AveragePool", operation.window, inputs[0], dilates: false)
        case let operation as MatrixProduct:
            return try product(operation, inputs)
        case let operation as RowSoftmax:
            let axis = takesChannelsFirst(inputs, rank) ? 1 : -1
            let type = operation.logarithm ? "LogSoftmax" : "Softmax"
            return try either(type, inputs, rank, [.int("axis", axis)])
        case let operation as Reduction:
            return Value(try reduction(operation, inputs[0]), channelsFirst: false)
        case let operation as Reshaping:
            let shape = try target(operation.shape)
            let name = file.add("Reshape", [try recorded(inputs[0]), file.constant(shape)])
            return Value(name, channelsFirst: false)
        case let operation as Concatenation:
            let axis = placed(Array(0..<rank), inputs).firstIndex(of: operation.axis)!
            return try either("Concat", inputs, rank, [.int("axis", axis)])
        case let operation as Movement:
            return try movement(operation.kind, inputs, rank)
        case let operation as Resampling:
            return try resizing(operation, inputs)
        default:
            throw Self.noCounterpart(operation.name)
        }
    }

    // MARK: - Operations that take either order of axes

    /// Whether such an operation has channels first here.
    private func takesChannelsFirst(_ inputs: [Tensor], _ rank: Int) -> Bool {
        rank == 4 && goesChannelsFirst(inputs)
    }

    /// A list of something for each axis, in the order that the operation gets.
    private func placed(_ list: [Int], _ inputs: [Tensor]) -> [Int] {
        takesChannelsFirst(inputs, list.count) ? Self.channelsFirst.map { list[$0] } : list
    }

    private func either(
        _ type: String, _ inputs: [Tensor], _ rank: Int, _ attributes: [ONNXFile.Attribute] = [],
        operands: [[Int]] = []
    ) throws -> Value {
        let isFirst = takesChannelsFirst(inputs, rank)
        let names = try inputs.map { try name(of: $0, channelsFirst: isFirst) }
        let rest = operands.map { file.constant($0) }
        return Value(file.add(type, names + rest, attributes), channelsFirst: isFirst)
    }

    private func movement(
        _ kind: Movement.Kind, _ inputs: [Tensor], _ rank: Int
    ) throws -> Value {
        switch kind {
        case .transpose(let order):
            let name = file.add("Transpose", [try recorded(inputs[0])], [.ints("perm", order)])
            return Value(name, channelsFirst: false)
        case .broadcast(let shape):
            // One stands for "as it is".
            let sizes = shape.dimensions.map { isBatch($0) ? 1 : $0 }
            let name = file.add("Expand", [try recorded(inputs[0]), file.constant(sizes)])
            return Value(name, channelsFirst: false)
        case .pad(let before, let after, let steps):
            guard steps.allSatisfy({ $0 == 1 }) else { throw Self.noCounterpart("spread") }
            return try either(
                "Pad", inputs, rank, operands: [placed(before, inputs) + placed(after, inputs)])
        case .reverse(let axis):
            // By ONNX's rules an end far below 0 is before the first element.
            let place = placed(Array(0..<rank), inputs).firstIndex(of: axis)!
            return try either(
                "Slice", inputs, rank, operands: [[-1], [Int(Int32.min)], [place], [-1]])
        case .slice(let start, let size, let steps):
            let ends = start.indices.map { axis in
                isBatch(size[axis])
                    ? Int(Int32.max) : start[axis] + (size[axis] - 1) * steps[axis] + 1
            }
            return try either(
                "Slice", inputs, rank,
                operands: [
                    placed(start, inputs), placed(ends, inputs), Array(0..<rank),
                    placed(steps, inputs),
                ])
        }
    }

    // MARK: - Operations on images and matrices

    private func convolution(_ operation: Convolution, _ inputs: [Tensor]) throws -> Value {
        let attributes = try windowAttributes(operation.window, inputs[0].shape)
        let names = [try channelsFirst(inputs[0]), try kernel(inputs[1])]
        let name = file.add("Conv", names, attributes + [.int("group", operation.groups)])
        return Value(name, channelsFirst: true)
    }

    private func pooling(
        _ type: String, _ window: Window, _ input: Tensor, dilates: Bool = true
    ) throws -> Value {
        let attributes = try windowAttributes(window, input.shape, dilates: dilates)
        let name = file.add(type, [try channelsFirst(input)], attributes)
        return Value(name, channelsFirst: true)
    }

    private func product(_ operation: MatrixProduct, _ inputs: [Tensor]) throws -> Value {
        let names = [try recorded(inputs[0]), try recorded(inputs[1])]
        let attributes: [ONNXFile.Attribute] = [
            .int("transA", operation.transposeA ? 1 : 0),
            .int("transB", operation.transposeB ? 1 : 0),
        ]
        return Value(file.add("Gemm", names, attributes), channelsFirst: false)
    }

    private static func noCounterpart(_ name: String) -> StrataError {
        StrataError(
            "The model cannot be exported: ONNX has no counterpart of the operation \(name).")
    }

    /// Padding is given as numbers, for what `same` says depends on who reads it.
    /// - Parameter dilates: whether the operation has dilations in the version that is written.
    private func windowAttributes(
        _ window: Window, _ shape: Shape, dilates: Bool = true
    ) throws -> [ONNXFile.Attribute] {
        let (output, before) = try window.resolve(shape)
        let after = (0..<2).map { axis in
            let end = (output[axis] - 1) * window.strides[axis] + window.extent(axis)
            return max(0, end - shape[axis + 1] - before[axis])
        }
        return [
            .ints("kernel_shape", window.size), .ints("strides", window.strides),
            .ints("pads", before + after),
        ] + (dilates ? [.ints("dilations", window.dilation)] : [])
    }

    private func transposedConvolution(
        _ operation: ConvolutionInputGradient, _ inputs: [Tensor]
    ) throws -> Value {
        let window = operation.window
        let large = [operation.shape[1], operation.shape[2]]
        let (small, before) = try window.resolve(operation.shape)
        var (after, extra) = ([0, 0], [0, 0])
        for axis in 0..<2 {
            let whole = (small[axis] - 1) * window.strides[axis] + window.extent(axis)
            after[axis] = max(0, whole - before[axis] - large[axis])
            extra[axis] = max(0, large[axis] + before[axis] - whole)
        }
        let name = file.add(
            "ConvTranspose", [try channelsFirst(inputs[0]), try kernel(inputs[1])],
            [
                .ints("kernel_shape", window.size), .ints("strides", window.strides),
                .ints("dilations", window.dilation), .ints("pads", before + after),
                .ints("output_padding", extra),
            ])
        return Value(name, channelsFirst: true)
    }

    private func reduction(_ operation: Reduction, _ input: Tensor) throws -> String {
        // A mean is a sum times a number, and that would be the stand-in's.
        guard !operation.axes.contains(where: { isBatch(input.shape[$0]) }) else {
            throw StrataError("The model cannot be exported: it computes over samples of a batch.")
        }
        // Over height and width the order does not matter: batch and channels remain.
        let first = input.rank == 4 && operation.axes == 1..<3 && goesChannelsFirst([input])
        let axes = first ? [2, 3] : Array(operation.axes)
        let name = try name(of: input, channelsFirst: first)
        switch operation.kind {
        case .sum: return file.add("ReduceSum", [name, file.constant(axes)], [.int("keepdims", 0)])
        case .max: return file.add("ReduceMax", [name], [.ints("axes", axes), .int("keepdims", 0)])
        case .min: return file.add("ReduceMin", [name], [.ints("axes", axes), .int("keepdims", 0)])
        }
    }

    /// The sizes of a reshape: -1 for the one that holds the batch.
    private func target(_ shape: Shape) throws -> [Int] {
        let sizes = shape.dimensions.map { isBatch($0) ? -1 : $0 }
        guard sizes.filter({ $0 == -1 }).count <= 1 else {
            throw StrataError("The model cannot be exported: a reshape splits the batch.")
        }
        return sizes
    }

    /// Images of another size, the only resampling of inference.
    private func resizing(_ operation: Resampling, _ inputs: [Tensor]) throws -> Value {
        let unsupported = StrataError(
            "The model cannot be exported: it moves images in a way ONNX has no counterpart of.")
        guard isConstant(inputs[1]), inputs[1].shape.count == 6, operation.border == .nearest
        else { throw unsupported }
        let map = try inputs[1].computedScalars()
        let old = inputs[0].shape
        let ratios = zip(operation.size, [old[1], old[2]]).map { Float($1) / Float($0) }
        guard map == [0, ratios[0], 0, 0, 0, ratios[1]] else { throw unsupported }
        // The new size is what is left of a product after the point.
        let scales = zip(operation.size, [old[1], old[2]]).map { new, old in
            let scale = Float(new) / Float(old)
            return Double(scale) * Double(old) < Double(new) ? scale.nextUp : scale
        }
        let isNearest = operation.interpolation == .nearest
        let name = file.add(
            "Resize", [try channelsFirst(inputs[0]), "", numbers([1, 1] + scales)],
            [
                .string("mode", isNearest ? "nearest" : "linear"),
                .string("coordinate_transformation_mode", "half_pixel"),
                .string("nearest_mode", "round_prefer_ceil"),
            ])
        return Value(name, channelsFirst: true)
    }

    /// - Parameter x: the names of the operands.
    private func elementwise(_ code: Elementwise.Code, _ x: [String]) throws -> String {
        func add(_ type: String, _ operands: String...) -> String { file.add(type, operands) }
        func number(_ value: Float) -> String { numbers([value]) }
        /// ONNX's truth values as numbers, and the reverse.
        func flag(_ name: String) -> String { file.add("Cast", [name], [.int("to", 1)]) }
        func truth(_ name: String) -> String { file.add("Cast", [name], [.int("to", 9)]) }
        switch code {
        case .expm1: return add("Sub", add("Exp", x[0]), number(1))
        case .log1p: return add("Log", add("Add", x[0], number(1)))
        case .rsqrt: return add("Reciprocal", add("Sqrt", x[0]))
        case .square: return add("Mul", x[0], x[0])
        case .isFinite:
            return flag(add("Not", add("Or", add("IsNaN", x[0]), add("IsInf", x[0]))))
        case .select: return add("Where", truth(x[0]), x[1], x[2])
        default:
            guard let type = Elementwise.row(code).onnx else { throw Self.noCounterpart("\(code)") }
            let isComparison = [.equal, .greater, .greaterEqual].contains(code)
            return isComparison ? flag(file.add(type, x)) : file.add(type, x)
        }
    }
}
