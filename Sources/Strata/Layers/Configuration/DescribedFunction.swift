/// A function as files keep it: the class that Keras has for it, its settings, and how it is made of
/// them.
///
/// The `static func` that people call states the defaults, gives the settings their names in files,
/// and makes the function from them:
///
/// ```swift
/// public static func l2(_ l2: Float = 0.01) -> Regularizer {
///     Regularizer("L2", ["l2": l2]) { settings in
///         let factor: Float = try settings.value("l2")
///         return { square($0).sum() * factor }
///     }
/// }
/// ```
/// A file is read into what that gives: the settings that it has replace those, and the function is
/// made anew.
struct Described<Function>: Sendable {
    /// Keras's class: `L2`.
    let className: String
    /// The settings, by the names in files.
    private(set) var settings: Configuration
    /// Settings of Keras's of which Strata has one value; a file that has another cannot be read.
    let fixed: Configuration
    /// Settings of Keras's that do not matter here: written, not read.
    let ignored: Configuration
    private let make: @Sendable (Configuration) throws -> Function

    init(
        _ className: String, _ settings: Configuration = [:], fixed: Configuration = [:],
        ignored: Configuration = [:],
        make: @escaping @Sendable (Configuration) throws -> Function
    ) {
        self.className = className
        self.settings = settings
        self.fixed = fixed
        self.ignored = ignored
        self.make = make
    }

    /// The function of the settings.
    /// - Throws: a sentence that says which setting is wrong.
    func made() throws -> Function { try make(settings) }

    /// This with the settings that a file has. `null` leaves a setting as it is.
    /// - Throws: a sentence that says which setting is wrong, or not supported.
    func reading(_ file: Configuration) throws -> Described {
        for setting in fixed.members {
            guard let given = file[setting.name], given != .null, given != setting.value else {
                continue
            }
            throw StrataError("\(setting.name) must be \(setting.value), but got \(given)")
        }
        var read = self
        for setting in settings.members {
            guard let given = file[setting.name], given != .null else { continue }
            read.settings[setting.name] = given
        }
        _ = try read.made()
        return read
    }

    /// As Keras writes it.
    var configuration: Configuration { ignored + settings + fixed }
}

extension Described: Hashable {
    static func == (a: Described, b: Described) -> Bool {
        a.className == b.className && a.settings == b.settings
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(className)
        hasher.combine(settings)
    }
}

/// A kind of functions that files keep by name: initializers, regularizers, constraints.
protocol DescribedFunction: ConfigurationValue, Hashable, Sendable {
    associatedtype Function
    /// What it is, for messages: `initializer`.
    static var kind: String { get }
    /// One of each with its defaults.
    static var registry: [Self] { get }
    /// Other names for classes.
    static var aliases: [String: String] { get }

    var described: Described<Function> { get }
    init(_ described: Described<Function>)
}

extension DescribedFunction {
    static var aliases: [String: String] { [:] }

    /// The names in snake case, as Keras has them for functions.
    static var allNames: [String] { registry.map { snakeCase($0.described.className) } }

    /// The one of a name with its defaults.
    static func find(_ name: String) throws -> Self {
        let wanted = aliases[name] ?? name
        let found = registry.first {
            let className = $0.described.className
            return className == wanted || snakeCase(className) == wanted
                || className.lowercased() == wanted
        }
        guard let found else {
            throw StrataError(
                "the \(kind) \(name) is not known; there are " + allNames.joined(separator: ", "))
        }
        return found
    }

    public var json: JSON {
        .keras(Self.kind + "s", described.className, described.configuration)
    }

    public init(json: JSON) throws {
        let (name, configuration) = try json.object("the name of a \(Self.kind), or an object")
        let found = try Self.find(name)
        do {
            self.init(try found.described.reading(configuration))
        } catch {
            throw StrataError("\(Self.kind) \(name): \(error)")
        }
    }

    public static func == (a: Self, b: Self) -> Bool { a.described == b.described }
    public func hash(into hasher: inout Hasher) { hasher.combine(described) }
}
