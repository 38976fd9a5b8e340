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
