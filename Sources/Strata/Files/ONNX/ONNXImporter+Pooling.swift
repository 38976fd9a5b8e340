// Operators that pool images.
extension ONNXImporter {
    static let pooling: [String: Translation] = [
        "MaxPool": maxPooling, "AveragePool": averagePooling,
        "GlobalAveragePool": globalAveragePooling, "GlobalMaxPool": globalMaxPooling,
        "ReduceMean": mean,
    ]

    private func images(_ node: Node) throws -> (name: String, tensor: Tensor) {
        guard let name = node.input(0) else { throw StrataError("it must have an input") }
        return (name, try tensor(name, .channelsLast))
    }

    private func maxPooling(_ node: Node) throws {
        let (name, input) = try images(node)
        guard node.outputs.dropFirst().allSatisfy(\.isEmpty) else {
            throw StrataError("the places of the maxima are not supported")
        }
        let window = try ONNXWindow(node, input: input.shape)
        guard window.dilation == [1, 1] else {
            throw StrataError("dilations must be 1, but got \(window.dilation)")
        }
        // Zeros are no larger than what is at least zero.
        guard window.border == nil || isNonNegative(name) else {
            throw StrataError(
                "padding of images with negative values is supported only where it is Keras's 'same'"
            )
        }
        let layer = MaxPooling2D(
            Pair(window.size), strides: Pair(window.strides), padding: window.padding)
        let output = try apply(layer, window.padded(input, self))
        try define(node, output, .channelsLast, nonNegative: isNonNegative(name))
    }

    private func averagePooling(_ node: Node) throws {
        let (name, input) = try images(node)
        let window = try ONNXWindow(node, input: input.shape)
        guard window.dilation == [1, 1] else {
            throw StrataError("dilations must be 1, but got \(window.dilation)")
        }
        let counts = node.int("count_include_pad", default: 0) != 0
        let isPadded = window.border != nil || window.padding != .valid
        var (padded, padding) = (input, window.padding)
        if isPadded, counts {
            guard node.int("ceil_mode", default: 0) == 0, let pads = node.ints("pads"),
                pads.count == 4, pads.allSatisfy({ $0 >= 0 })
            else {
                throw StrataError("ceil_mode and auto_pad with count_include_pad are not supported")
            }
            let border = Border(top: pads[0], bottom: pads[2], left: pads[1], right: pads[3])
            padded = try apply(ZeroPadding2D(border), input)
            padding = .valid
        } else if window.border != nil {
            throw StrataError(
                "padding that does not count is supported only where it is Keras's 'same'")
        }
        let layer = AveragePooling2D(
            Pair(window.size), strides: Pair(window.strides), padding: padding)
        try define(node, apply(layer, padded), .channelsLast, nonNegative: isNonNegative(name))
    }

    private func globalAveragePooling(_ node: Node) throws {
        let (name, input) = try images(node)
        try global(node, name, input, keepsAxes: true) { GlobalAveragePooling2D(keepDims: $0) }
    }

    private func globalMaxPooling(_ node: Node) throws {
        let (name, input) = try images(node)
        try global(node, name, input, keepsAxes: true) { GlobalMaxPooling2D(keepDims: $0) }
    }

    /// A mean over height and width.
    private func mean(_ node: Node) throws {
        let (name, value, layout) = try subject(node)
        let shape = fileShape(value, layout)
        let axes = try integers(node, 1, or: "axes")?.map { $0 < 0 ? $0 + shape.count : $0 }
        guard shape.count == 4, axes.map({ Set($0) }) == [2, 3] else {
            throw StrataError("a mean over height and width was expected")
        }
        try global(
            node, name, tensor(name, .channelsLast),
            keepsAxes: node.int("keepdims", default: 1) != 0
        ) { GlobalAveragePooling2D(keepDims: $0) }
    }

    /// - Parameter keepsAxes: whether the result has a height and width of 1.
    private func global(
        _ node: Node, _ name: String, _ input: Tensor, keepsAxes: Bool,
        _ layer: (_ keepDims: Bool) -> any Layer
    ) throws {
        let isNonNegative = isNonNegative(name)
        guard keepsAxes else {
            return try define(node, apply(layer(false), input), .file, nonNegative: isNonNegative)
        }
        // Flattened at once, they need not be kept.
        if let (index, user) = onlyUser(of: node.outputs.first), let result = user.outputs.first,
            flattens(user, channels: input.shape[3])
        {
            finish([index])
            return try define(result, apply(layer(false), input), .file, nonNegative: isNonNegative)
        }
        try define(node, apply(layer(true), input), .channelsLast, nonNegative: isNonNegative)
    }

    /// Whether a node makes `[batch, channels]` of `[batch, channels, 1, 1]`.
    private func flattens(_ node: Node, channels: Int) -> Bool {
        if node.type == "Flatten" { return node.int("axis", default: 1) == 1 }
        guard node.type == "Reshape", case .constant(let array)? = try? value(of: node, 1),
            let shape = array.integers, shape.count == 2
        else { return false }
        let isBatch = [0, -1, Self.batch, fixedBatch].contains(shape[0])
        return isBatch && (shape[1] == channels || shape[1] == -1 && shape[0] != -1)
    }
}
