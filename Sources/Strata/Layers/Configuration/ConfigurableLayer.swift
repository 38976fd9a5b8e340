/// A layer that files can keep, by its class name and its hyper-parameters. Name, `trainable` and
/// number type are looked after.
public protocol ConfigurableLayer: Layer, Configurable {}

/// A layer that files can keep in a way of its own. Most are ``ConfigurableLayer``s.
public typealias SerializableLayer = Layer & Serializable

extension Layer {
    /// The layer as Keras serializes it: module, class name, configuration.
    /// - Throws: an error if the layer's class does not implement ``ConfigurableLayer``.
    public func serialized() throws -> JSON {
        // Of a class, Self would be what the caller takes it for.
        let type = type(of: self)
        if let operation = self as? TensorOperation { return operation.serialized }
        guard let layer = self as? any SerializableLayer else {
            throw StrataError(
                "Layer \(description) cannot be saved: its class does not implement "
                    + "ConfigurableLayer. Either implement it, and name the class in "
                    + "Model.load(from:custom:) when you read the file; or save the weights alone "
                    + "with saveWeights(to:).")
        }
        var common: Configuration = ["name": name]
        // Two of Keras's classes do not take it.
        if !(self is InputLayer), !(self is SpatialDropout2D) {
            common["trainable"] = .boolean(isTrainable)
        }
        var policy: Configuration = [:]
        if !(self is InputLayer), !(self is Model) || self is Sequential {
            policy["dtype"] = JSON.float32Policy
        }
        let written = common + policy + (try layer.configuration)
        let module = LayerRegistry.isKeras(type) ? LayerRegistry.module(of: type) : nil
        // Keras finds what is not part of its interface by name.
        let isPublic = module.map { !$0.contains(".src.") } ?? false
        let registered = module == nil ? "Strata>\(type.className)" : type.className
        return [
            "module": module.map { .string($0) } ?? .null,
            "class_name": .string(type.className),
            "config": written.overlaid(by: core.source, except: common).json,
            "registered_name": isPublic ? nil : .string(registered),
            "build_config": core.buildSource ?? core.buildConfiguration,
        ]
    }
}

extension LayerCore {
    /// What a layer's weights were made for, by which Keras makes them; null where there are none.
    fileprivate var buildConfiguration: JSON {
        guard !ownWeights.isEmpty, !buildShapes.isEmpty else { return .null }
        let shapes = buildShapes.map { $0.withoutBatch.batched(Shape.unknown).json }
        return ["input_shape": shapes.count == 1 ? shapes[0] : .array(shapes)]
    }
}

extension JSON {
    /// How Keras serializes the policy that everything is float32.
    static let float32Policy: JSON = [
        "module": "keras", "class_name": "DTypePolicy", "config": ["name": "float32"],
        "registered_name": nil,
    ]

    /// An object as Keras serializes it.
    static func keras(_ module: String, _ className: String, _ config: Configuration) -> JSON {
        [
            "module": .string("keras.\(module)"), "class_name": .string(className),
            "config": config.json, "registered_name": nil,
        ]
    }

    /// The class name and configuration of a serialized object. A plain name has no configuration.
    func object(_ expected: String) throws -> (className: String, configuration: Configuration) {
        if case .string(let name) = self { return (name, [:]) }
        guard case .string(let name)? = self["class_name"] else { throw mismatch(expected) }
        switch self["config"] ?? .null {
        case .null: return (name, [:])
        // A function that Keras knows: its name.
        case .string(let function) where name == "function": return (function, [:])
        case let config: return (name, try Configuration(config))
        }
    }
}
