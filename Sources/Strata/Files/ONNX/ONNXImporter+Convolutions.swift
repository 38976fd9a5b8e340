// Operators that are layers with a kernel.
extension ONNXImporter {
    static let convolutions: [String: Translation] = [
        "Conv": convolution, "Gemm": product, "MatMul": matrixProduct,
    ]

    private func convolution(_ node: Node) throws {
        let kernel = try required(node, 1)
        guard kernel.shape.count == 4 else {
            throw StrataError(
                "a kernel of two dimensions was expected, but got shape \(kernel.shape)")
        }
        let bias = try constant(node, 2)
        guard let name = node.input(0) else { throw StrataError("it must have an input") }
        let input = try tensor(name, .channelsLast)
        let window = try ONNXWindow(node, size: Array(kernel.shape[2...]), input: input.shape)
        let groups = node.int("group", default: 1)
        let (channels, filters) = (input.shape[3], kernel.shape[0])
        guard groups > 0, kernel.shape[1] > 0, filters > 0, filters % groups == 0,
            channels % groups == 0, kernel.shape[1] == channels / groups
        else {
            throw StrataError(
                "a kernel of shape \(kernel.shape) in \(groups) groups does not fit images of "
                    + "\(channels) channels")
        }
        let padded = try window.padded(input, self)
        let (function, result, nodes) = activation(after: node)
        let (size, strides) = (Pair(window.size), Pair(window.strides))
        let dilation = Pair(window.dilation)
        let layer: any Layer
        let weights: Tensor
        if groups > 1, groups == channels {
            let count = filters / groups
            layer = DepthwiseConv2D(
                kernelSize: size, strides: strides, padding: window.padding,
                depthMultiplier: count, dilationRate: dilation, activation: function,
                useBias: bias != nil)
            weights = kernel.tensor([channels, count] + window.size).transposed([2, 3, 0, 1])
        } else {
            layer = Conv2D(
                filters, kernelSize: size, strides: strides, padding: window.padding,
                dilationRate: dilation, groups: groups, activation: function,
                useBias: bias != nil)
            weights = kernel.tensor().transposed([2, 3, 1, 0])
        }
        let all = [weights] + (bias.map { [$0.tensor()] } ?? [])
        let output = try apply(layer, padded, weights: all)
        finish(nodes)
        try define(result, output, .channelsLast, nonNegative: function.isNonNegative)
    }

    private func product(_ node: Node) throws {
        let (alpha, beta) = (node.float("alpha", default: 1), node.float("beta", default: 1))
        guard node.int("transA", default: 0) == 0 else {
            throw StrataError("transA must be 0, but is 1")
        }
        let b = try required(node, 1)
        guard b.shape.count == 2 else {
            throw StrataError("a matrix was expected, but got shape \(b.shape)")
        }
        var kernel = b.tensor()
        if node.int("transB", default: 0) != 0 { kernel = kernel.transposed([1, 0]) }
        if alpha != 1 { kernel = kernel * alpha }
        var bias = try constant(node, 2)?.tensor()
        if beta != 1 { bias = bias.map { $0 * beta } }
        try dense(node, kernel, bias, last: node, extra: [])
    }

    private func matrixProduct(_ node: Node) throws {
        let b = try required(node, 1)
        guard b.shape.count == 2 else {
            throw StrataError("a matrix was expected, but got shape \(b.shape)")
        }
        // With a vector that is added, this is a layer with a bias.
        if let (index, user) = onlyUser(of: node.outputs.first), user.type == "Add",
            user.inputs.count == 2,
            let other = user.inputs.first(where: { $0 != node.outputs[0] }),
            case .constant(let bias)? = try? value(named: other), bias.shape == [b.shape[1]]
        {
            try dense(node, b.tensor(), bias.tensor(), last: user, extra: [index])
        } else {
            try dense(node, b.tensor(), nil, last: node, extra: [])
        }
    }

    /// - Parameters:
    ///   - last: the last node that the layer stands for, activation apart.
    ///   - extra: the nodes after `node` up to that.
    private func dense(
        _ node: Node, _ matrix: Tensor, _ bias: Tensor?, last: Node, extra: [Int]
    ) throws {
        let (name, value, layout) = try subject(node)
        var input = value
        var kernel = matrix
        let (inputs, units) = (kernel.shape[0], kernel.shape[1])
        if case .flattened(let height, let width, let channels) = layout {
            guard inputs == height * width * channels else {
                throw StrataError("\(inputs) inputs were expected, but got \(input.shape)")
            }
            kernel = kernel.reshaped(to: [channels, height, width, units])
                .transposed([1, 2, 0, 3]).reshaped(to: [inputs, units])
        } else {
            input = try tensor(name, .file)
        }
        guard input.rank >= 2, units > 0 else {
            throw StrataError("a matrix of samples was expected, but got \(input.shape)")
        }
        var vector = bias
        if let bias, bias.shape != [units] {
            guard bias.shape.count == 1 || bias.shape == [1, units] else {
                throw StrataError(
                    "a bias of \(units) numbers was expected, but got shape \(bias.shape)")
            }
            let numbers = try bias.computedScalars()
            vector = Tensor(
                numbers.count == 1 ? [Float](repeating: numbers[0], count: units) : numbers)
        }
        let (function, result, nodes) = activation(after: last)
        let layer = Dense(units, activation: function, useBias: vector != nil)
        let output = try apply(layer, input, weights: [kernel] + (vector.map { [$0] } ?? []))
        finish(nodes + extra)
        try define(result, output, .file, nonNegative: function.isNonNegative)
    }
}
