/// An operation of Keras's on tensors, with what it is called with and made of.
struct OperationCall {
    private indirect enum Operand {
        case tensor(Tensor)
        case list([Operand])
        case constant(JSON)

        /// - Parameter inputs: what stands for the tensors, of which it takes the first.
        init(_ json: JSON, _ inputs: inout ArraySlice<Tensor>) {
            switch json {
            case _ where !json.containsTensor: self = .constant(json)
            case .array(let elements): self = .list(elements.map { Operand($0, &inputs) })
            default: self = inputs.popFirst().map { .tensor($0) } ?? .constant(.null)
            }
        }

        var tensor: Tensor {
            get throws {
                switch self {
                case .tensor(let tensor): tensor
                case .list: throw StrataError("a tensor was expected, but got a list")
                case .constant(let json): try Tensor(constant: json)
                }
            }
        }

        var tensors: [Tensor] {
            get throws {
                if case .list(let operands) = self { return try operands.map { try $0.tensor } }
                return [try tensor]
            }
        }
    }

    let name: String
    /// The tensors that the call is given.
    let inputs: [Tensor]
    /// What the operation is made of, and constants that its call names.
    private(set) var settings: Configuration
    private var operands: [Operand] = []

    init(
        _ name: String, _ configuration: Configuration, _ arguments: CallArguments,
        _ inputs: [Tensor]
    ) {
        self.name = name
        self.inputs = inputs
        settings = configuration
        var rest = inputs[...]
        if case .array(let positional) = arguments.positional {
            operands = positional.map { Operand($0, &rest) }
        }
        for member in arguments.keywords.members {
            if member.value.containsTensor {
                operands.append(Operand(member.value, &rest))
            } else {
                settings[member.name] = member.value
            }
        }
    }

    /// What the operation gives.
    func results(_ context: Context) throws -> [Tensor] {
        if let code = KerasOperations.elementwise[name] {
            let operands = try operands.map { try $0.tensor }
            guard operands.count == code.inputCount else {
                throw StrataError(
                    "\(code.inputCount) operands were expected, but got \(operands.count)")
            }
            return Tensor.record(Elementwise(code), operands)
        }
        if let layer = KerasOperations.layers[name] {
            var settings = settings
            if let size: [Int] = try settings.optional("size"), size.count == 2 {
                (settings["height"], settings["width"]) = (.integer(size[0]), .integer(size[1]))
            }
            let layer = try LayerRegistry.layer(layer, configuration: settings)
            try layer.build(inputs.map(\.shape))
            return layer.call(inputs, context)
        }
        return name == "Split" ? try split() : [try result()]
    }

    private func result() throws -> Tensor {
        switch name {
        case "Less": try operand(0) .< operand(1)
        case "LessEqual": try operand(0) .<= operand(1)
        case "NotEqual": 1 - (try operand(0) .== operand(1))
        case "Ceil": -floor(-(try operand(0)))
        case "FloorDivide": floor(try operand(0) / operand(1))
        case "Clip":
            try clip(operand(0), from: settings.value("x_min"), to: settings.value("x_max"))
        case "Sum", "Mean", "Max", "Amax", "Min", "Amin", "Var", "Std": try reduction()
        case "Reshape": try reshaped()
        case "Transpose": try transposed()
        case "ExpandDims": try withNewAxes()
        case "Squeeze": try squeezed()
        case "Stack": try stacked()
        case "Pad": try padded()
        case "GetItem": try item(of: operand(0), operand(constant: 1))
        case "LogSoftmax": try logarithmOfSoftmax()
        case "Gelu":
            try gelu(operand(0), approximate: settings.value("approximate", default: true))
        case "Cast": try same()
        case "HardShrink":
            try hardShrink(operand(0), threshold: settings.value("threshold", default: 0.5))
        case "SoftShrink":
            try softShrink(operand(0), threshold: settings.value("threshold", default: 0.5))
        case "Celu": try celu(operand(0), alpha: settings.value("alpha", default: 1))
        default: try activation()
        }
    }

    /// A cast to the type that all numbers have.
    private func same() throws -> Tensor {
        let type: String = try settings.value("dtype")
        guard type == "float32" else {
            throw StrataError("a cast to float32 was expected, but got \(type)")
        }
        return try operand(0)
    }

    /// An activation function without parameters.
    private func activation() throws -> Tensor {
        guard let function = ActivationFunction(name: snakeCase(name)) else {
            throw StrataError("The operation \(name) on a model's tensors is not known.")
        }
        if let stranger = settings.members.first(where: { $0.name != "name" }) {
            throw StrataError("The operation \(name) with '\(stranger.name)' is not known.")
        }
        return function(try operand(0))
    }

    // MARK: - Operands

    func operand(_ position: Int) throws -> Tensor { try at(position).tensor }

    func operand(constant position: Int) throws -> JSON {
        guard case .constant(let json) = try at(position) else {
            throw StrataError("a constant was expected, but got a tensor")
        }
        return json
    }

    func operand(list position: Int) throws -> [Tensor] { try at(position).tensors }

    private func at(_ position: Int) throws -> Operand {
        guard operands.indices.contains(position) else {
            throw StrataError(
                "at least \(position + 1) operands were expected, but got \(operands.count)")
        }
        return operands[position]
    }

    /// The axes that the operation is made of, in a shape; not the batch.
    func axes(in shape: Shape, default fallback: [Int]? = nil) throws -> [Int] {
        let axes: [Int]? = try settings.optional("axis") ?? fallback
        let resolved = axes?.compactMap { shape.axis($0) } ?? []
        guard let axes, resolved.count == axes.count, !resolved.contains(0) else {
            throw StrataError(
                "axes of shape \(shape) other than the batch were expected, but got "
                    + "\(settings["axis"] ?? .null)")
        }
        return Set(resolved).sorted()
    }

    /// The one axis that the operation is made of, in a shape; not the batch.
    func axis(in shape: Shape) throws -> Int {
        let axes = try axes(in: shape)
        guard axes.count == 1 else {
            throw StrataError("one axis was expected, but got \(settings["axis"] ?? .null)")
        }
        return axes[0]
    }

    // MARK: - Reductions

    private func reduction() throws -> Tensor {
        let x = try operand(0)
        let axes = try axes(in: x.shape)
        let keeps = try settings.value("keepdims", default: false)
        guard settings["initial"] ?? .null == .null else {
            throw StrataError("\(name) with an initial value is not known.")
        }
        switch name {
        case "Sum": return x.sum(axes: axes, keepDims: keeps)
        case "Mean": return x.mean(axes: axes, keepDims: keeps)
        case "Max", "Amax": return x.max(axes: axes, keepDims: keeps)
        case "Min", "Amin": return x.min(axes: axes, keepDims: keeps)
        default:
            let distance = square(x - x.mean(axes: axes, keepDims: true))
            let variance = distance.mean(axes: axes, keepDims: keeps)
            return name == "Std" ? sqrt(variance) : variance
        }
    }

    private func logarithmOfSoftmax() throws -> Tensor {
        let x = try operand(0)
        let axes = try axes(in: x.shape, default: [-1])
        let shifted = x - x.max(axes: axes, keepDims: true)
        return shifted - log(exp(shifted).sum(axes: axes, keepDims: true))
    }
}
