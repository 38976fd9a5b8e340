// Operators on each number by itself: activation functions, and arithmetic.
extension ONNXImporter {
    static let elementwise: [String: Translation] = {
        var all: [String: Translation] = [:]
        for code in Elementwise.Code.allCases {
            let row = Elementwise.row(code)
            guard let name = row.onnx, row.keras != nil else { continue }
            switch code {
            case .add, .subtract, .multiply, .divide, .maximum, .minimum, .power:
                all[name] = { importer in { try importer.arithmetic(code, $0) } }
            case .equal, .greater, .greaterEqual: continue
            default: all[name] = { importer in { try importer.function(code, $0) } }
            }
        }
        for name in [
            "Relu", "Sigmoid", "Tanh", "Softplus", "Softsign", "Mish", "HardSwish", "HardSigmoid",
            "Elu", "Selu", "Gelu", "LeakyRelu", "Clip",
        ] {
            all[name] = activation
        }
        return all
    }()

    // MARK: - Activation functions

    /// The activation function that a node is, of those with a name in Keras; nil if it is another.
    private func function(of node: Node) -> ActivationFunction? {
        switch node.type {
        case "Relu": return .relu
        case "Sigmoid": return .sigmoid
        case "Tanh": return .tanh
        case "Softplus": return .softplus
        case "Softsign": return .softsign
        case "Mish": return .mish
        case "HardSwish": return .hardSiLU
        case "HardSigmoid":
            let isKeras =
                abs(node.float("alpha", default: 0.2) - 1 / 6) < 1e-6
                && node.float("beta", default: 0.5) == 0.5
            return isKeras ? .hardSigmoid : nil
        case "Elu": return node.float("alpha", default: 1) == 1 ? .elu : nil
        case "Selu":
            let isKeras =
                abs(node.float("alpha", default: 1.6732632) - 1.6732632) < 1e-6
                && abs(node.float("gamma", default: 1.050701) - 1.050701) < 1e-6
            return isKeras ? .selu : nil
        case "Gelu":
            return node.attributes["approximate"]?.text ?? "none" == "none" ? .gelu : nil
        case "Clip":
            guard let (low, high) = try? bounds(node), low == 0 else { return nil }
            return high == nil ? .relu : high == 6 ? .relu6 : nil
        default: return nil
        }
    }

    private func bounds(_ node: Node) throws -> (low: Float?, high: Float?) {
        func bound(_ position: Int, _ name: String) throws -> Float? {
            if let value = node.attributes[name]?.float { return value }
            guard let array = try constant(node, position) else { return nil }
            guard array.count == 1 else {
                throw StrataError("\(name) must be one number, but has shape \(array.shape)")
            }
            return array.floats()[0]
        }
        // Versions before 11 give the largest numbers for none.
        let (low, high) = (try bound(1, "min"), try bound(2, "max"))
        return (
            low.flatMap { $0 <= -Float.greatestFiniteMagnitude ? nil : $0 },
            high.flatMap { $0 >= Float.greatestFiniteMagnitude ? nil : $0 }
        )
    }

    /// The activation function that is applied to the result of a node and to nothing else of it.
    /// - Returns: the function, `.linear` if there is none; the name of its result; and its nodes.
    func activation(after node: Node) -> (ActivationFunction, result: String, nodes: [Int]) {
        let name = node.outputs.first ?? ""
        let users = allUsers(of: name)
        if users.count == 1, users[0].node.input(0) == name,
            let result = users[0].node.outputs.first,
            let function = function(of: users[0].node)
        {
            return (function, result, [users[0].index])
        }
        for (index, gate) in users where users.count == 2 {
            if let (function, result, product) = gated(name, by: gate) {
                return (function, result, [index, product])
            }
        }
        return (.linear, name, [])
    }

    /// The function x · gate(x), which some exporters write as two nodes.
    private func gated(
        _ name: String, by gate: Node
    ) -> (ActivationFunction, result: String, product: Int)? {
        guard let value = gate.outputs.first, let (index, product) = onlyUser(of: value),
            product.type == "Mul", Set(product.inputs) == [name, value],
            let result = product.outputs.first, gate.input(0) == name
        else { return nil }
        switch function(of: gate) {
        case .sigmoid: return (.silu, result, index)
        case .hardSigmoid: return (.hardSiLU, result, index)
        default: return nil
        }
    }

    /// An activation function as a layer of its own.
    func apply(layer function: ActivationFunction, _ input: Tensor) throws -> Tensor {
        switch function {
        case .relu: try apply(ReLU(), input)
        case .relu6: try apply(ReLU(maxValue: 6), input)
        default: try apply(Activation(function), input)
        }
    }

    private func activation(_ node: Node) throws {
        let (name, input, layout) = try subject(node)
        if let (function, result, product) = gated(name, by: node) {
            finish([product])
            return try define(result, apply(layer: function, input), layout)
        }
        if let function = function(of: node) {
            return try define(
                node, apply(layer: function, input), layout, nonNegative: function.isNonNegative)
        }
        switch node.type {
        case "LeakyRelu":
            let layer = LeakyReLU(negativeSlope: node.float("alpha", default: 0.01))
            try define(node, apply(layer, input), layout)
        case "Elu":
            try define(node, apply(ELU(alpha: node.float("alpha", default: 1)), input), layout)
        case "Clip": try clip(node, input, layout)
        default: throw StrataError("its settings have no counterpart in Keras")
        }
    }

    private func clip(_ node: Node, _ input: Tensor, _ layout: Layout) throws {
        let (low, high) = try bounds(node)
        var result = input
        if low == 0, let high {
            result = try apply(ReLU(maxValue: high), input)
        } else {
            if let low { result = Tensor.elementwise(.maximum, result, Tensor(low)) }
            if let high { result = Tensor.elementwise(.minimum, result, Tensor(high)) }
        }
        try define(node, result, layout, nonNegative: (low ?? -1) >= 0)
    }

    /// A function that Keras has as an operation.
    private func function(_ code: Elementwise.Code, _ node: Node) throws {
        if case .constant(let array) = try value(of: node, 0) {
            let result = try Tensor.elementwise(code, array.tensor()).computedScalars()
            return define(node, ArrayData(shape: array.shape, floats: result))
        }
        let (_, input, layout) = try subject(node)
        // Zero does not stay zero everywhere, but the order of numbers does not matter.
        try define(node, Tensor.elementwise(code, input), layout, nonNegative: code == .abs)
    }

    // MARK: - Arithmetic

    private func arithmetic(_ code: Elementwise.Code, _ node: Node) throws {
        guard node.inputs.count == 2 else {
            throw StrataError("two inputs were expected, but got \(node.inputs.count)")
        }
        switch (try value(of: node, 0), try value(of: node, 1)) {
        case (.constant(let a), .constant(let b)):
            define(node, try Self.folded(code, a, b))
        case (.tensor, .tensor): try merge(code, node)
        case (.tensor, .constant(let b)):
            try combine(code, node, node.inputs[0], b, isReversed: false)
        case (.constant(let a), .tensor):
            try combine(code, node, node.inputs[1], a, isReversed: true)
        }
    }

    /// Two values of the model.
    private func merge(_ code: Elementwise.Code, _ node: Node) throws {
        let (a, b) = (try value(node.inputs[0]), try value(node.inputs[1]))
        guard a.0.rank == b.0.rank else {
            throw StrataError(
                "values with as many axes were expected, but got \(a.0.shape) and \(b.0.shape)")
        }
        let layout: Layout
        if a.1 == b.1 {
            layout = a.1
        } else {
            layout = a.1 == .channelsLast || b.1 == .channelsLast ? .channelsLast : .file
        }
        let operands =
            a.1 == b.1
            ? [a.0, b.0] : try node.inputs.map { try tensor($0, layout) }
        let isNonNegative = node.inputs.allSatisfy { self.isNonNegative($0) }
        let layer: (any Layer)? =
            switch code {
            case .add: Add()
            case .subtract: Subtract()
            case .multiply: Multiply()
            case .maximum: Maximum()
            case .minimum: Minimum()
            default: nil
            }
        let result =
            try layer.map { try apply($0, to: operands) }
            ?? Tensor.elementwise(code, operands[0], operands[1])
        try define(node, result, layout, nonNegative: isNonNegative && code != .subtract)
    }

    /// A value of the model and a constant.
    private func combine(
        _ code: Elementwise.Code, _ node: Node, _ name: String, _ array: ArrayData,
        isReversed: Bool
    ) throws {
        var (input, layout) = try value(name)
        guard array.shape.count <= input.rank else {
            throw StrataError(
                "a constant of at most \(input.rank) axes was expected, but got shape \(array.shape)"
            )
        }
        var operand: Tensor
        if array.count == 1 {
            operand = Tensor(array.floats()[0])
        } else if layout == .channelsLast {
            let ones = [Int](repeating: 1, count: 4 - array.shape.count)
            let ordered = array.tensor(ones + array.shape).transposed([0, 2, 3, 1])
            operand = Tensor(shape: ordered.shape, scalars: try ordered.computedScalars())
        } else {
            (input, layout) = (try tensor(name, .file), .file)
            operand = array.tensor()
        }
        let result =
            isReversed
            ? Tensor.elementwise(code, operand, input) : Tensor.elementwise(code, input, operand)
        try define(node, result, layout)
    }

    private static func folded(
        _ code: Elementwise.Code, _ a: ArrayData, _ b: ArrayData
    ) throws -> ArrayData {
        guard a.dtype == .int64, b.dtype == .int64 else {
            let result = Tensor.elementwise(code, a.tensor(), b.tensor())
            if let error = result.error { throw error }
            guard result.shape.count <= max(a.count, b.count, 1 << 16) else {
                throw StrataError("constants of \(result.shape.count) numbers are too large")
            }
            return ArrayData(
                shape: result.shape.dimensions, floats: try result.computedScalars())
        }
        guard let x = a.integers, let y = b.integers,
            x.count == y.count || x.count == 1 || y.count == 1, !x.isEmpty, !y.isEmpty
        else {
            throw StrataError("sizes of one shape were expected, but got \(a.shape) and \(b.shape)")
        }
        let results = try (0..<max(x.count, y.count)).map { index in
            let (p, q) = (x[x.count == 1 ? 0 : index], y[y.count == 1 ? 0 : index])
            let (result, overflow): (Int, Bool)
            switch code {
            case .add: (result, overflow) = p.addingReportingOverflow(q)
            case .subtract: (result, overflow) = p.subtractingReportingOverflow(q)
            case .multiply: (result, overflow) = p.multipliedReportingOverflow(by: q)
            case .divide: (result, overflow) = p.dividedReportingOverflow(by: q)
            case .maximum: (result, overflow) = (max(p, q), false)
            case .minimum: (result, overflow) = (min(p, q), false)
            default: throw StrataError("powers of sizes are not supported")
            }
            guard !overflow else { throw StrataError("\(p) and \(q) give no size") }
            return Int64(result)
        }
        return ArrayData(shape: x.count >= y.count ? a.shape : b.shape, results)
    }
}

extension ActivationFunction {
    /// Whether its values are at least zero.
    var isNonNegative: Bool {
        [.relu, .relu6, .sigmoid, .hardSigmoid, .softmax, .softplus].contains(self)
    }
}
