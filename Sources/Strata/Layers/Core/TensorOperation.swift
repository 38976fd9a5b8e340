/// An operation on a model's tensors and constants, as Keras records it for `a + b`, `x / 255` or
/// `ops.mean(x, axis=(1, 2))`: a layer in lists and files, by Keras's name for the operation.
///
/// Arithmetic on tensors that follow from an ``Input(shape:name:)`` makes one.
final class TensorOperation: Layer {
    let core: LayerCore
    /// Where Keras has the operation.
    private let module: String
    /// What Keras makes the operation of: axes, say.
    private let configuration: Configuration
    /// What it is called with; nil for its inputs alone.
    private let arguments: CallArguments?

    init(
        _ name: String, module: String, configuration: Configuration = [:],
        arguments: CallArguments? = nil
    ) {
        core = LayerCore()
        core.className = name
        core.isBuilt = true
        self.module = module
        self.configuration = configuration
        self.arguments = arguments
    }

    /// Makes the operation that a model's list of layers holds, with its call.
    init(serialized json: JSON) throws {
        let (className, configuration) = try json.object("a serialized operation")
        let name = configuration.name
        core = LayerCore(name: name)
        core.className = className
        core.isBuilt = true
        module = try String(json: json["module"] ?? .null)
        self.configuration = configuration
        if case .array(let calls)? = json["inbound_nodes"], let call = calls.first {
            arguments = CallArguments(call)
        } else {
            arguments = nil
        }
    }

    /// Whether Keras has an operation in a module, not a layer.
    static func isOperation(module: JSON?) -> Bool {
        guard case .string(let module)? = module else { return false }
        return module.contains(".ops.") || module == "keras.src.activations.activations"
    }

    /// The operation as Keras serializes it.
    var serialized: JSON {
        var config = configuration
        // Operations of some versions have none.
        if config["name"] != nil || config.members.isEmpty { config["name"] = .string(name) }
        return [
            "module": .string(module), "class_name": .string(className), "config": config.json,
            "registered_name": .string(className),
        ]
    }

    func call(_ inputs: [Tensor], _ context: Context) -> [Tensor] {
        do {
            let call = OperationCall(
                className, configuration, arguments ?? CallArguments(tensorCount: inputs.count),
                inputs)
            let outputs = try call.results(context)
            // A model's tensors have the batch for their first axis.
            let batch = inputs[0].shape.dimensions.first
            for output in outputs where output.error == nil {
                guard batch != nil, output.shape.dimensions.first == batch else {
                    throw StrataError(
                        "a result for each sample of the batch was expected, but got shape "
                            + "\(output.shape)")
                }
            }
            return outputs
        } catch {
            return [Tensor(error: StrataError(error))]
        }
    }

    /// Makes an elementwise operation part of a model's definition.
    /// - Returns: nil if Keras does not have it, or not for what is neither a model's tensor nor a
    ///   constant.
    static func record(_ code: Elementwise.Code, _ inputs: [Tensor]) -> Tensor? {
        guard let place = KerasOperations.place(of: code) else { return nil }
        var arguments: [JSON] = []
        for input in inputs {
            if LayerCall.of(input) != nil {
                arguments.append(.tensor([:]))
            } else if let constant = JSON(constant: input) {
                arguments.append(constant)
            } else {
                return nil
            }
        }
        let words = CallArguments(positional: arguments)
        let layer = TensorOperation(place.name, module: place.module, arguments: words)
        let outputs = LayerCall.apply(layer, inputs.filter { LayerCall.of($0) != nil })
        LayerCall.of(outputs[0])?.arguments = words
        return outputs[0]
    }
}

extension JSON {
    /// Numbers among an operation's arguments, as Keras writes them; nil for what is not yet
    /// computed, and for variables, which a file would freeze.
    fileprivate init?(constant: Tensor) {
        guard case .numbers = constant.node.content, constant.node.variable == nil,
            let scalars = try? constant.computedScalars()
        else { return nil }
        if constant.rank == 0 {
            self = JSON(scalars[0])
            return
        }
        var level = scalars.map { JSON($0) }
        for size in constant.shape.dimensions.dropFirst().reversed() {
            guard size > 0 else { return nil }
            level = stride(from: 0, to: level.count, by: size).map {
                .array(Array(level[$0..<$0 + size]))
            }
        }
        self = [
            "class_name": "__numpy__", "config": ["value": .array(level), "dtype": "float32"],
        ]
    }
}
