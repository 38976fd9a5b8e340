/// A layer that files can keep: it has a configuration, and can be made from one. Registered in
/// ``LayerRegistry`` by its class name.
public protocol ConfigurableLayer: Layer {
    /// The hyper-parameters, without name, `trainable` and number type, which Strata adds.
    var configuration: Configuration { get throws }

    /// Makes the layer. Names it does not know are ignored.
    /// - Throws: what is missing or of the wrong kind.
    init(configuration: Configuration) throws
}

extension ConfigurableLayer {
    public var configuration: Configuration { [:] }
}

extension Layer {
    /// The layer as Keras serializes it: module, class name, configuration.
    /// - Throws: an error if the layer's class does not implement ``ConfigurableLayer``.
    public func serialized() throws -> JSON {
        guard let layer = self as? any ConfigurableLayer else {
            throw StrataError(
                "Layer \(description) cannot be saved: its class does not implement "
                    + "ConfigurableLayer.")
        }
        let common: Configuration =
            self is InputLayer
            ? ["name": name]
            : ["name": name, "trainable": isTrainable, "dtype": JSON.float32Policy]
        return [
            "module": LayerRegistry.isKeras(Self.self) ? "keras.layers" : nil,
            "class_name": .string(Self.className),
            "config": (common + (try layer.configuration)).json,
            "registered_name": LayerRegistry.isKeras(Self.self)
                ? nil : .string("Strata>\(Self.className)"),
        ]
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
        return (name, try Configuration(self["config"] ?? [:]))
    }
}
