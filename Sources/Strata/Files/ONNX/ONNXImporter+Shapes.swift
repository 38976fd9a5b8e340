// Operators that say where numbers are, and those that compute with sizes.
extension ONNXImporter {
    static let shapeOperations: [String: Translation] = [
        "Constant": constant, "Identity": identity, "Cast": cast, "Shape": shape, "Gather": gather,
        "Slice": slice, "Concat": concatenation, "Unsqueeze": unsqueeze, "Squeeze": squeeze,
        "Flatten": flatten, "Reshape": reshape, "Transpose": transpose, "Pad": pad,
    ]

    // MARK: - Constants

    private func constant(_ node: Node) throws {
        let value: ArrayData? =
            if let tensor = node.attributes["value"]?.tensor {
                tensor
            } else if let int = node.attributes["value_int"]?.int {
                ArrayData(shape: [], [Int64(int)])
            } else if let ints = node.attributes["value_ints"]?.ints {
                ArrayData(shape: [ints.count], ints.map { Int64($0) })
            } else if let float = node.attributes["value_float"]?.float {
                ArrayData(shape: [], floats: [float])
            } else if let floats = node.attributes["value_floats"]?.floats {
                ArrayData(shape: [floats.count], floats: floats)
            } else {
                nil
            }
        guard let value else { throw StrataError("a constant of numbers was expected") }
        define(node, value)
    }

    private func identity(_ node: Node) throws {
        switch try value(of: node, 0) {
        case .constant(let array): define(node, array)
        case .tensor(let tensor, let layout):
            try define(
                node, tensor, layout, nonNegative: isNonNegative(node.input(0) ?? ""))
        }
    }

    /// Numbers stay what they are: sizes are whole, and all others are computed as float32.
    private func cast(_ node: Node) throws {
        let type = node.int("to", default: 0)
        switch try value(of: node, 0) {
        case .constant(let array):
            switch type {
            case 6, 7:
                let integers = array.floats().compactMap { Int64(exactly: $0.rounded(.towardZero)) }
                guard integers.count == array.count else {
                    throw StrataError("numbers that fit in 64 bits were expected")
                }
                define(
                    node, array.dtype == .int64 ? array : ArrayData(shape: array.shape, integers))
            case 1, 10, 11, 16: define(node, ArrayData(shape: array.shape, floats: array.floats()))
            default: throw StrataError("a cast to ONNX's type \(type) is not supported")
            }
        case .tensor(let tensor, let layout):
            guard [1, 10, 11, 16].contains(type) else {
                throw StrataError("a cast to ONNX's type \(type) is not supported")
            }
            try define(
                node, tensor, layout, nonNegative: isNonNegative(node.input(0) ?? ""))
        }
    }

    private func shape(_ node: Node) throws {
        let sizes: [Int]
        switch try value(of: node, 0) {
        case .constant(let array): sizes = array.shape
        case .tensor(let tensor, let layout): sizes = fileShape(tensor, layout)
        }
        func place(_ name: String, _ fallback: Int) -> Int {
            let place = node.int(name, default: fallback)
            return min(max(place < 0 ? place &+ sizes.count : place, 0), sizes.count)
        }
        let (start, end) = (place("start", 0), place("end", sizes.count))
        define(node, integers: Array(sizes[start..<max(start, end)]))
    }

    private func define(_ node: Node, integers: [Int]) {
        define(node, ArrayData(shape: [integers.count], integers.map { Int64($0) }))
    }

    /// Whole numbers in a list, which sizes are.
    private func list(_ node: Node, _ position: Int) throws -> [Int] {
        let array = try required(node, position)
        guard array.shape.count <= 1, let integers = array.integers else {
            throw StrataError(
                "a list of whole numbers was expected, but got shape \(array.shape): only sizes "
                    + "are computed with it")
        }
        return integers
    }

    private func gather(_ node: Node) throws {
        let sizes = try list(node, 0)
        let indices = try required(node, 1)
        guard indices.shape.count <= 1, let places = indices.integers else {
            throw StrataError("a list of places was expected, but got shape \(indices.shape)")
        }
        let chosen = try places.map { place in
            let place = place < 0 ? place &+ sizes.count : place
            guard sizes.indices.contains(place) else {
                throw StrataError("there is no size \(place) among \(sizes.count)")
            }
            return Int64(sizes[place])
        }
        define(node, ArrayData(shape: indices.shape, chosen))
    }

    private func slice(_ node: Node) throws {
        let sizes = try list(node, 0)
        guard let starts = try integers(node, 1, or: "starts"),
            let ends = try integers(node, 2, or: "ends"), starts.count == 1, ends.count == 1,
            try integers(node, 4, or: "steps") ?? [1] == [1]
        else { throw StrataError("a range of a list, in steps of 1, was expected") }
        func place(_ place: Int) -> Int {
            min(max(place < 0 ? place &+ sizes.count : place, 0), sizes.count)
        }
        let start = place(starts[0])
        define(node, integers: Array(sizes[start..<max(start, place(ends[0]))]))
    }

    private func concatenation(_ node: Node) throws {
        let axis = node.int("axis", default: 1)
        let values = try node.inputs.map { try value(named: $0) }
        let constants = values.compactMap { value -> ArrayData? in
            if case .constant(let array) = value { array } else { nil }
        }
        if !constants.isEmpty {
            guard constants.count == values.count else {
                throw StrataError("constants joined to values of the model are not supported")
            }
            guard axis == 0 || axis == -1 else {
                throw StrataError("axis must be 0 for lists, but is \(axis)")
            }
            let lists = try node.inputs.indices.map { try list(node, $0) }
            guard lists.reduce(0, { $0 + $1.count }) <= 1 << 16 else {
                throw StrataError("constants that are joined must be lists of sizes")
            }
            return define(node, integers: Array(lists.joined()))
        }
        let tensors = try node.inputs.map { try value($0) }
        guard let first = tensors.first else { throw StrataError("it must have an input") }
        let rank = first.0.rank
        let place = axis < 0 ? axis &+ rank : axis
        guard (1..<max(rank, 1)).contains(place), tensors.allSatisfy({ $0.0.rank == rank }) else {
            throw StrataError(
                "values with as many axes and an axis other than the batch were expected, but got "
                    + "axis \(axis)")
        }
        let isLast = tensors.contains { $0.1 == .channelsLast }
        let layout: Layout = isLast ? .channelsLast : .file
        let operands = try node.inputs.map { try tensor($0, layout) }
        let isNonNegative = node.inputs.allSatisfy { self.isNonNegative($0) }
        if operands.count == 1 {
            return try define(node, operands[0], layout, nonNegative: isNonNegative)
        }
        let target = isLast ? [0, 3, 1, 2][place] : place
        let layer = Concatenate(axis: target == rank - 1 ? -1 : target)
        try define(node, apply(layer, to: operands), layout, nonNegative: isNonNegative)
    }

    // MARK: - Shapes

    private func unsqueeze(_ node: Node) throws {
        guard let axes = try integers(node, 1, or: "axes") else {
            throw StrataError("axes were expected")
        }
        try reshape(node) { shape in
            let rank = shape.count + axes.count
            let places = axes.map { $0 < 0 ? $0 &+ rank : $0 }
            guard rank <= 64, places.allSatisfy({ (0..<rank).contains($0) }),
                Set(places).count == places.count
            else { throw StrataError("axes of \(rank) were expected, but got \(axes)") }
            var rest = shape[...]
            return (0..<rank).map { places.contains($0) ? 1 : rest.removeFirst() }
        }
    }

    private func squeeze(_ node: Node) throws {
        let axes = try integers(node, 1, or: "axes")
        try reshape(node) { shape in
            let ones = shape.indices.filter { shape[$0] == 1 }
            let places = axes?.map { $0 < 0 ? $0 &+ shape.count : $0 } ?? ones
            guard places.allSatisfy(ones.contains) else {
                throw StrataError("axes of size 1 of \(shape) were expected, but got \(places)")
            }
            return shape.indices.filter { !places.contains($0) }.map { shape[$0] }
        }
    }

    private func flatten(_ node: Node) throws {
        let axis = node.int("axis", default: 1)
        try reshape(node) { shape in
            guard !shape.isEmpty, axis == 1 || axis == 1 - shape.count else {
                throw StrataError("axis must be 1, but is \(axis), of \(shape.count) axes")
            }
            return [shape[0], shape.dropFirst().reduce(1, *)]
        }
    }

    private func reshape(_ node: Node) throws {
        let target = try list(node, 1)
        guard node.int("allowzero", default: 0) == 0 || !target.contains(0) else {
            throw StrataError("sizes of zero are not supported")
        }
        try reshape(node) { [fixedBatch] shape in
            var result = try target.enumerated().map { axis, size in
                guard size == 0 else { return size }
                guard axis < shape.count else {
                    throw StrataError("\(shape) has no size \(axis) to keep")
                }
                return shape[axis]
            }
            guard result.allSatisfy({ $0 >= -1 }), result.count(where: { $0 == -1 }) <= 1 else {
                throw StrataError("sizes of which one may be -1 were expected, but got \(target)")
            }
            // A size that is fixed for one batch stands for any.
            if shape.first == Self.batch, result.first == fixedBatch { result[0] = Self.batch }
            if let open = result.firstIndex(of: -1) {
                let known = Shape(result.filter { $0 != -1 }).count
                let count = Shape(shape).count
                guard known > 0, count % known == 0 else {
                    throw StrataError("\(shape) cannot become \(target)")
                }
                result[open] = count / known
            }
            return result
        }
    }

    /// Changes the shape of a value or constant.
    /// - Parameter shape: makes the new shape of the old one, both in the file's order, with ``batch`` for
    ///   the size of the batch.
    private func reshape(_ node: Node, _ shape: ([Int]) throws -> [Int]) throws {
        if case .constant(let array) = try value(of: node, 0) {
            let new = try shape(array.shape)
            guard Shape(new).count == array.count, new.allSatisfy({ $0 >= 0 }) else {
                throw StrataError("shape \(array.shape) cannot become \(new)")
            }
            return define(node, ArrayData(array, shape: new))
        }
        let (name, input, layout) = try subject(node)
        let old = fileShape(input, layout)
        let new = try shape(old)
        guard new.first == Self.batch, Shape(new).count == Shape(old).count else {
            throw StrataError(
                "the batch must stay the first axis: \(Self.text(old)) cannot become "
                    + Self.text(new))
        }
        let isNonNegative = isNonNegative(name)
        if new == old { return try define(node, input, layout, nonNegative: isNonNegative) }
        let isFlat = new.count == 2
        if isFlat, layout == .channelsLast {
            let (height, width, channels) = (input.shape[1], input.shape[2], input.shape[3])
            let keeps = height * width == 1 || channels == 1
            return try define(
                node, apply(Flatten(), input),
                keeps ? .file : .flattened(height: height, width: width, channels: channels),
                nonNegative: isNonNegative)
        }
        let ordered = try tensor(name, .file)
        let layer: any Layer = isFlat ? Flatten() : Reshape(Array(new.dropFirst()))
        try define(node, apply(layer, ordered), .file, nonNegative: isNonNegative)
    }

    private static func text(_ shape: [Int]) -> String {
        Shape(shape.map { $0 == batch ? Shape.unknown : $0 }).description
    }

    private func transpose(_ node: Node) throws {
        if case .constant(let array) = try value(of: node, 0) {
            let order = node.ints("perm") ?? array.shape.indices.reversed()
            let result = array.tensor().transposed(order)
            return define(
                node,
                ArrayData(shape: result.shape.dimensions, floats: try result.computedScalars()))
        }
        let (name, input, layout) = try subject(node)
        let order = node.ints("perm") ?? (0..<input.rank).reversed()
        guard order.sorted() == Array(0..<input.rank), order.first == 0 else {
            throw StrataError(
                "an order of \(input.rank) axes with the batch first was expected, but got \(order)"
            )
        }
        let isNonNegative = isNonNegative(name)
        // What changes the order of images says only how they are called.
        if layout == .channelsLast, order == [0, 2, 3, 1] {
            return try define(node, input, .file, nonNegative: isNonNegative)
        }
        if layout == .file, order == [0, 3, 1, 2] {
            return try define(node, input, .channelsLast, nonNegative: isNonNegative)
        }
        let ordered = try tensor(name, .file)
        if order == Array(0..<input.rank) {
            return try define(node, input, layout, nonNegative: isNonNegative)
        }
        try define(
            node, apply(Permute(Array(order.dropFirst())), ordered), .file,
            nonNegative: isNonNegative)
    }

    private func pad(_ node: Node) throws {
        let (name, input, layout) = try subject(node)
        guard let pads = try integers(node, 1, or: "pads") else {
            throw StrataError("pads were expected")
        }
        let fill = try constant(node, 2)?.floats().first ?? node.float("value", default: 0)
        guard node.attributes["mode"]?.text ?? "constant" == "constant", fill == 0,
            node.input(3) == nil
        else { throw StrataError("padding with zeros was expected") }
        guard pads.count == 2 * input.rank, pads.allSatisfy({ (0...1 << 24).contains($0) }) else {
            throw StrataError(
                "\(2 * input.rank) numbers of at least 0 were expected, but got \(pads)")
        }
        let isNonNegative = isNonNegative(name)
        if pads.allSatisfy({ $0 == 0 }) {
            return try define(node, input, layout, nonNegative: isNonNegative)
        }
        guard input.rank == 4, [0, 1, 4, 5].allSatisfy({ pads[$0] == 0 }) else {
            throw StrataError(
                "padding of images along height and width was expected, but got \(pads)")
        }
        let border = Border(top: pads[2], bottom: pads[6], left: pads[3], right: pads[7])
        try define(
            node, apply(ZeroPadding2D(border), tensor(name, .channelsLast)), .channelsLast,
            nonNegative: isNonNegative)
    }
}
