/// A hyper-parameter of a layer, an optimizer, a schedule … as files keep it: the name that Keras
/// gives it, and the property that holds it.
///
/// A type lists its hyper-parameters once, in ``Configurable/hyperparameters``. Files are written and
/// read by that list, so a name in a file changes only where it is written out.
public struct Hyperparameter<Owner> {
    /// The name in files: `kernel_size`.
    public let name: String
    /// The value in files; nil if it is left out.
    let write: (Owner) -> JSON?
    let read: (inout Owner, Configuration) throws -> Void

    /// A hyper-parameter with a default: where a file lacks it, it keeps the value that
    /// ``Configurable/prototype()`` gives it.
    /// - Parameters:
    ///   - name: the name in files.
    ///   - property: the property that holds the value. `null` in a file sets an optional property to
    ///     nil, and leaves any other as it is.
    public static func value<Value: ConfigurationValue>(
        _ name: String, _ property: WritableKeyPath<Owner, Value>
    ) -> Hyperparameter {
        Hyperparameter(name: name, write: { $0[keyPath: property].json }) { owner, file in
            if let value: Value = try file.optional(name) {
                owner[keyPath: property] = value
            } else if let none = Value.null, file[name] != nil {
                owner[keyPath: property] = none
            }
        }
    }

    /// A hyper-parameter that files leave out where it is nil.
    /// - Parameters:
    ///   - name: the name in files.
    ///   - property: the property that holds the value.
    public static func optional<Value: ConfigurationValue>(
        _ name: String, _ property: WritableKeyPath<Owner, Value?>
    ) -> Hyperparameter {
        let value = value(name, property)
        return Hyperparameter(
            name: name, write: { $0[keyPath: property]?.json }, read: value.read)
    }

    /// A hyper-parameter without a default: a file that lacks it cannot be read.
    /// - Parameters:
    ///   - name: the name in files.
    ///   - property: the property that holds the value.
    public static func required<Value: ConfigurationValue>(
        _ name: String, _ property: WritableKeyPath<Owner, Value>
    ) -> Hyperparameter {
        Hyperparameter(name: name, write: { $0[keyPath: property].json }) { owner, file in
            owner[keyPath: property] = try file.value(name)
        }
    }

    /// A setting of Keras's of which Strata has one value. It is written, and a file that says
    /// something else cannot be read.
    /// - Parameters:
    ///   - name: the name in files.
    ///   - value: the only value supported.
    public static func fixed(_ name: String, _ value: JSON) -> Hyperparameter {
        Hyperparameter(
            name: name, write: { _ in value }, read: unsupported(name, unless: value).read)
    }

    /// A setting of earlier versions of Keras. It is not written, and a file that says something else
    /// cannot be read.
    /// - Parameters:
    ///   - name: the name in files.
    ///   - value: the only value supported.
    public static func unsupported(_ name: String, unless value: JSON) -> Hyperparameter {
        Hyperparameter(name: name, write: { _ in nil }) { _, file in
            guard let given = file[name], given != .null, given != value else { return }
            throw StrataError("\(name) must be \(value), but got \(given)")
        }
    }

    /// What is written and follows from the rest: ignored when read.
    /// - Parameters:
    ///   - name: the name in files.
    ///   - value: makes what is written.
    public static func written(
        _ name: String, _ value: @escaping (Owner) -> JSON
    ) -> Hyperparameter {
        Hyperparameter(name: name, write: value) { _, _ in }
    }

    /// A setting of Keras's that Strata does not need: it is written, and ignored when read.
    /// - Parameters:
    ///   - name: the name in files.
    ///   - value: what is written.
    public static func ignored(_ name: String, _ value: JSON = .null) -> Hyperparameter {
        Hyperparameter(name: name, write: { _ in value }) { _, _ in }
    }
}

/// What has hyper-parameters that files keep: layers, optimizers, learning rate schedules, and the
/// kinds of initializers, regularizers, constraints, losses and metrics.
///
/// ```swift
/// final class Scale: ConfigurableLayer {
///     let core: LayerCore
///     private(set) var factor: Float
///
///     init(_ factor: Float = 2, name: String? = nil) {
///         core = LayerCore(name: name)
///         self.factor = factor
///     }
///
///     static func prototype() -> Scale { Scale() }
///     static var hyperparameters: [Hyperparameter<Scale>] { [.value("factor", \.factor)] }
///
///     func call(_ x: Tensor, _ context: Context) -> Tensor { x * factor }
/// }
/// ```
public protocol Configurable: Serializable {
    /// The hyper-parameters in the order in which files have them.
    static var hyperparameters: [Hyperparameter<Self>] { get }

    /// An instance with the defaults of the `init` that people call, into which files are read.
    /// Hyper-parameters without a default have any value here.
    static func prototype() -> Self

    /// Checks the hyper-parameters. Layers need not: they do so in ``Layer/build(_:)``.
    /// - Throws: a sentence that says which is wrong, what was expected and what was received.
    func check() throws
}

extension Configurable {
    public static var hyperparameters: [Hyperparameter<Self>] { [] }

    public func check() throws {}

    public var configuration: Configuration { written }

    private var written: Configuration {
        Configuration(
            Self.hyperparameters.compactMap { parameter in
                parameter.write(self).map { JSON.Member(parameter.name, $0) }
            })
    }

    /// The object as Keras serializes it.
    func serialized(module: String) -> JSON { .keras(module, Self.className, written) }

    public static func make(from configuration: Configuration) throws -> Self {
        var made = prototype()
        try made.read(configuration)
        return made
    }

    /// Takes the values that a file has, and checks them.
    mutating func read(_ configuration: Configuration) throws {
        for hyperparameter in Self.hyperparameters {
            try hyperparameter.read(&self, configuration)
        }
        try check()
    }
}
