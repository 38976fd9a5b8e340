/// Hyper-parameters by the names Keras gives them, in its order: what a file keeps of a layer beside
/// its weights, or of an optimizer beside its state.
///
/// ```swift
/// let configuration: Configuration = ["rate": 0.5, "seed": nil]
/// let rate: Float = try configuration.value("rate")
/// ```
public struct Configuration: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    /// The names and values, in order.
    public private(set) var members: [JSON.Member]

    /// Makes a configuration from a literal; nil becomes null.
    /// - Parameter elements: names and values.
    public init(dictionaryLiteral elements: (String, (any ConfigurationValue)?)...) {
        members = elements.map { JSON.Member($0, $1?.json ?? .null) }
    }

    /// - Parameter json: a JSON object.
    /// - Throws: an error if the value is not an object.
    public init(_ json: JSON) throws {
        guard case .object(let members) = json else {
            throw StrataError("A configuration must be an object, but got \(json.kind)")
        }
        self.members = members
    }

    init(_ members: [JSON.Member]) { self.members = members }

    /// The configuration as a JSON object.
    public var json: JSON { .object(members) }

    /// The largest size that a configuration may have.
    static let sizeLimit = Tensor.sizeLimit

    /// The layer's name.
    public var name: String? { try? value("name") }

    /// The value of a name.
    /// - Throws: an error if it is missing or of the wrong kind.
    public func value<Value: ConfigurationValue>(_ name: String) throws -> Value {
        guard let value: Value = try optional(name) else {
            throw StrataError("the configuration needs a value for '\(name)'")
        }
        return value
    }

    /// The value of a name, or the default if there is none.
    public func value<Value: ConfigurationValue>(
        _ name: String, default fallback: Value
    ) throws -> Value {
        try optional(name) ?? fallback
    }

    /// The value of a name, or nil where it is missing or null.
    public func optional<Value: ConfigurationValue>(_ name: String) throws -> Value? {
        guard let json = json[name], json != .null else { return nil }
        do {
            if Value.isSize, json.largestSize > Self.sizeLimit {
                throw json.mismatch("a size of at most \(Self.sizeLimit)")
            }
            return try Value(json: json)
        } catch {
            throw StrataError("in the configuration, '\(name)': \(error)")
        }
    }

    /// The value of a name as it is written.
    public subscript(_ name: String) -> JSON? {
        get { json[name] }
        set {
            let place = members.lastIndex { $0.name == name }
            switch (place, newValue) {
            case (let place?, let value?): members[place].value = value
            case (let place?, nil): members.remove(at: place)
            case (nil, let value?): members.append(JSON.Member(name, value))
            case (nil, nil): break
            }
        }
    }

    /// These members with the values another configuration has for them, and its other members; for
    /// what a file said of an object, in the file's own words, among them those not understood.
    /// - Parameter kept: names whose values stay.
    func overlaid(by source: Configuration?, except kept: Configuration = [:]) -> Configuration {
        var all = self
        for member in source?.members ?? [] where kept[member.name] == nil {
            all[member.name] = member.value
        }
        return all
    }

    /// These members and then others.
    public static func + (a: Configuration, b: Configuration) -> Configuration {
        var sum = a
        sum.members += b.members
        return sum
    }
}

/// What a configuration can hold.
public protocol ConfigurationValue {
    /// The value as JSON, in the form that Keras writes.
    var json: JSON { get }
    /// - Parameter json: the value, in the form that Keras writes.
    /// - Throws: a sentence that says what was expected and received.
    init(json: JSON) throws

    /// Whether values are sizes of something: whole numbers, of which those in a configuration are
    /// limited.
    static var isSize: Bool { get }

    /// The value that `null` stands for; nil if a value must be given.
    static var null: Self? { get }
}

extension ConfigurationValue {
    public static var isSize: Bool { false }
    public static var null: Self? { nil }
}

/// `null` is nil.
extension Optional: ConfigurationValue where Wrapped: ConfigurationValue {
    public static var isSize: Bool { Wrapped.isSize }
    public static var null: Wrapped?? { .some(nil) }
    public var json: JSON { self?.json ?? .null }
    public init(json: JSON) throws { self = json == .null ? nil : try Wrapped(json: json) }
}

/// An enumeration of Keras's words, whose raw values they are.
extension ConfigurationValue where Self: RawRepresentable & CaseIterable, RawValue == String {
    public var json: JSON { .string(rawValue) }
    public init(json: JSON) throws {
        guard case .string(let word) = json, let value = Self(rawValue: word) else {
            throw json.mismatch(
                "one of " + Self.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", "))
        }
        self = value
    }
}

extension JSON {
    /// The largest of the numbers in arrays of arrays of numbers, whatever its sign.
    fileprivate var largestSize: Int {
        switch self {
        case .integer(let value): Int(clamping: value.magnitude)
        case .number(let value): Int(exactly: value).map { Int(clamping: $0.magnitude) } ?? 0
        case .array(let elements): elements.reduce(0) { Swift.max($0, $1.largestSize) }
        default: 0
        }
    }

    /// The error of a value of the wrong kind.
    func mismatch(_ expected: String) -> StrataError {
        let text = description
        return StrataError(
            "\(expected) was expected, but got \(text.count > 80 ? kind : text)")
    }
}

extension JSON: ConfigurationValue {
    public var json: JSON { self }
    public init(json: JSON) { self = json }
}

extension Int: ConfigurationValue {
    public static var isSize: Bool { true }
    public var json: JSON { .integer(self) }
    public init(json: JSON) throws {
        switch json {
        case .integer(let value): self = value
        case .number(let value):
            guard let whole = Int(exactly: value) else { throw json.mismatch("a whole number") }
            self = whole
        default: throw json.mismatch("a whole number")
        }
    }
}

extension Float: ConfigurationValue {
    public var json: JSON { JSON(self) }
    public init(json: JSON) throws {
        switch json {
        case .integer(let value): self = Float(value)
        case .number(let value): self = Float(value)
        default: throw json.mismatch("a number")
        }
    }
}

extension Double: ConfigurationValue {
    public var json: JSON { .number(self) }
    public init(json: JSON) throws {
        switch json {
        case .integer(let value): self = Double(value)
        case .number(let value): self = value
        default: throw json.mismatch("a number")
        }
    }
}

extension Bool: ConfigurationValue {
    public var json: JSON { .boolean(self) }
    public init(json: JSON) throws {
        guard case .boolean(let value) = json else { throw json.mismatch("true or false") }
        self = value
    }
}

extension String: ConfigurationValue {
    public var json: JSON { .string(self) }
    public init(json: JSON) throws {
        guard case .string(let value) = json else { throw json.mismatch("a string") }
        self = value
    }
}

extension Array: ConfigurationValue where Element: ConfigurationValue {
    public static var isSize: Bool { Element.isSize }
    public var json: JSON { .array(map(\.json)) }

    /// One value stands for an array of one; an array of NumPy's is an object.
    public init(json: JSON) throws {
        if json["class_name"] == "__numpy__", let values = json["config"]?["value"] {
            self = try Self(json: values)
            return
        }
        if case .array(let elements) = json {
            self = try elements.map { try Element(json: $0) }
        } else {
            self = [try Element(json: json)]
        }
    }
}

extension Pair: ConfigurationValue {
    public static var isSize: Bool { true }
    public var json: JSON { [.integer(height), .integer(width)] }
    public init(json: JSON) throws {
        let sizes = try [Int](json: json)
        guard (1...2).contains(sizes.count) else { throw json.mismatch("one or two sizes") }
        self.init(sizes[0], sizes[sizes.count - 1])
    }
}

extension Shape {
    /// As Keras writes it; a size that is not known is null.
    var json: JSON { .array(dimensions.map { $0 == Shape.unknown ? .null : .integer($0) }) }
}

extension Padding: ConfigurationValue {
    public static var isSize: Bool { true }
    public var json: JSON {
        switch self {
        case .valid: "valid"
        case .same: "same"
        case .explicit(let top, let bottom, let left, let right):
            [[.integer(top), .integer(bottom)], [.integer(left), .integer(right)]]
        }
    }

    public init(json: JSON) throws {
        switch json {
        case "valid": self = .valid
        case "same": self = .same
        default:
            guard let sides = try? [[Int]](json: json), sides.map(\.count) == [2, 2] else {
                throw json.mismatch("\"valid\" or \"same\"")
            }
            self = .explicit(
                top: sides[0][0], bottom: sides[0][1], left: sides[1][0], right: sides[1][1])
        }
    }
}
