/// What files can keep by a class name and a configuration. Most types are ``Configurable``, which
/// derives both directions from a list of hyper-parameters.
public protocol Serializable {
    /// The class as Keras names it.
    static var className: String { get }

    /// The hyper-parameters, by the names Keras gives them.
    var configuration: Configuration { get throws }

    /// Makes an instance from a configuration. Names that it does not know are ignored.
    /// - Throws: a sentence that says what is missing or wrong.
    static func make(from configuration: Configuration) throws -> Self
}

extension Serializable {
    /// The object as Keras serializes it.
    func serialized(module: String) throws -> JSON {
        .keras(module, Self.className, try configuration)
    }
}

extension JSON {
    /// Makes the object that this is the serialized form of, or the name.
    /// - Parameters:
    ///   - kind: what it is, for messages: `optimizer`.
    ///   - types: what it can be.
    func make<Kind>(_ kind: String, among types: [any Serializable.Type]) throws -> Kind {
        let (className, configuration) = try object("a serialized \(kind)")
        let name = className.lowercased()
        let type = types.first { $0.className.lowercased() == name }
        guard let type else { throw StrataError("the \(kind) \(className) is not known") }
        do {
            guard let made = try type.make(from: configuration) as? Kind else {
                throw mismatch("a serialized \(kind)")
            }
            return made
        } catch {
            throw StrataError("\(kind) \(className): \(error)")
        }
    }
}

/// For now: what reads itself in an `init`.
public protocol ReadByInit: Serializable {
    init(configuration: Configuration) throws
}

extension ReadByInit {
    public static func make(from configuration: Configuration) throws -> Self {
        try Self(configuration: configuration)
    }
}
