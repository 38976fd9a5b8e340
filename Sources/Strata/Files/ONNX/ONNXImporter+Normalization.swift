// Operators that normalize.
extension ONNXImporter {
    static let normalization: [String: Translation] = [
        "BatchNormalization": batchNormalization, "Dropout": dropout, "Softmax": softmax,
    ]

    private func batchNormalization(_ node: Node) throws {
        let (name, value, _) = try subject(node)
        guard node.int("spatial", default: 1) == 1 else {
            throw StrataError("spatial must be 1, but is 0")
        }
        let weights = try (1...4).map { try required(node, $0).tensor() }
        let isImages = value.rank == 4
        let input = isImages ? try tensor(name, .channelsLast) : try tensor(name, .file)
        let layer = BatchNormalization(
            momentum: node.float("momentum", default: 0.9),
            epsilon: node.float("epsilon", default: 1e-5), axis: isImages ? -1 : 1)
        var output = try apply(layer, input, weights: weights)
        let (function, result, nodes) = activation(after: node)
        if function != .linear { output = try apply(layer: function, output) }
        finish(nodes)
        try define(
            result, output, isImages ? .channelsLast : .file, nonNegative: function.isNonNegative)
    }

    private func dropout(_ node: Node) throws {
        let (name, input, layout) = try subject(node)
        guard node.outputs.dropFirst().allSatisfy({ $0.isEmpty || allUsers(of: $0).isEmpty }) else {
            throw StrataError("its mask is not supported")
        }
        let rate = try constant(node, 1)?.floats().first ?? node.float("ratio", default: 0.5)
        guard rate >= 0, rate <= 1 else {
            throw StrataError("ratio must be at least 0 and at most 1, but got \(rate)")
        }
        try define(
            node, apply(Dropout(rate), input), layout, nonNegative: isNonNegative(name))
    }

    private func softmax(_ node: Node) throws {
        let (name, value, layout) = try subject(node)
        let shape = fileShape(value, layout)
        var axis = node.int("axis", default: graph.version < 13 ? 1 : -1)
        if axis < 0 { axis += shape.count }
        guard (1..<max(1, shape.count)).contains(axis) else {
            throw StrataError("axis must be one of shape \(shape), not the batch, but got \(axis)")
        }
        // Earlier versions flatten all axes from this one on.
        guard graph.version >= 13 || shape[(axis + 1)...].allSatisfy({ $0 == 1 }) else {
            throw StrataError("softmax over several axes is not supported")
        }
        if layout == .channelsLast {
            let place = [0, 3, 1, 2][axis]
            let layer: any Layer =
                place == 3 ? Activation(.softmax) : Softmax(axis: Axes(integerLiteral: place))
            return try define(node, apply(layer, value), layout, nonNegative: true)
        }
        let layer: any Layer =
            axis == shape.count - 1
            ? Activation(.softmax) : Softmax(axis: Axes(integerLiteral: axis))
        try define(node, apply(layer, tensor(name, .file)), .file, nonNegative: true)
    }
}
