/// What files can keep by a class name and a configuration: layers, optimizers, learning rate
/// schedules.
public protocol Configurable {
    /// The class as Keras names it.
    static var className: String { get }

    /// The hyper-parameters, by the names Keras gives them.
    var configuration: Configuration { get throws }

    /// Makes one. Names it does not know are ignored.
    /// - Throws: what is missing or of the wrong kind.
    init(configuration: Configuration) throws
}

extension Configurable {
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
    func make<Kind>(_ kind: String, among types: [any Configurable.Type]) throws -> Kind {
        let (className, configuration) = try object("a serialized \(kind)")
        let name = className.lowercased()
        let type = types.first { $0.className.lowercased() == name }
        guard let type else { throw StrataError("the \(kind) \(className) is not known") }
        do {
            guard let made = try type.init(configuration: configuration) as? Kind else {
                throw mismatch("a serialized \(kind)")
            }
            return made
        } catch {
            throw StrataError("\(kind) \(className): \(error)")
        }
    }
}
