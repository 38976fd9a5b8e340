/// A JSON value. Objects keep their order, and whole numbers are distinguished from others.
///
/// NaN and infinities, which JSON cannot express, are read and written as in Python: `NaN`, `Infinity`.
public enum JSON: Hashable, Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case boolean(Bool)
    /// A number written without a point or an exponent.
    case integer(Int)
    /// Any other number.
    case number(Double)
    /// A string.
    case string(String)
    /// An array.
    case array([JSON])
    /// An object.
    case object([Member])

    /// A member of an object.
    public struct Member: Hashable, Sendable {
        /// The name.
        public var name: String
        /// The value.
        public var value: JSON

        /// - Parameters:
        ///   - name: the name.
        ///   - value: the value.
        public init(_ name: String, _ value: JSON) {
            self.name = name
            self.value = value
        }
    }

    /// Makes a number from a float, written as the shortest decimal that reads back as the same float: 0.001,
    /// not 0.0010000000474974513.
    /// - Parameter value: the float.
    public init(_ value: Float) {
        self = .number(value.isFinite ? Double("\(value)")! : Double(value))
    }

    /// The value of a member of an object, the last if there are several; nil if there is none.
    public subscript(_ name: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    /// The kind of value, for messages: `a string`.
    var kind: String {
        switch self {
        case .null: "null"
        case .boolean: "a boolean"
        case .integer, .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension JSON: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    /// Makes `null` from a literal.
    /// - Parameter nilLiteral: nothing.
    public init(nilLiteral: ()) { self = .null }
    /// Makes a boolean from a literal.
    /// - Parameter value: the value.
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
    /// Makes a whole number from a literal.
    /// - Parameter value: the value.
    public init(integerLiteral value: Int) { self = .integer(value) }
    /// Makes a number from a literal.
    /// - Parameter value: the value.
    public init(floatLiteral value: Double) { self = .number(value) }
    /// Makes a string from a literal.
    /// - Parameter value: the value.
    public init(stringLiteral value: String) { self = .string(value) }
    /// Makes an array from a literal.
    /// - Parameter elements: the elements.
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    /// Makes an object from a literal.
    /// - Parameter elements: names and values.
    public init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(elements.map { Member($0, $1) })
    }
}

// MARK: - Writing

extension JSON: CustomStringConvertible {
    /// The value as one line of text, spaced as by Python's `json.dumps`.
    public var description: String {
        var text = ""
        write(to: &text)
        return text
    }

    private func write(to text: inout String) {
        switch self {
        case .null: text += "null"
        case .boolean(let value): text += value ? "true" : "false"
        case .integer(let value): text += "\(value)"
        case .number(let value):
            text +=
                value.isNaN
                ? "NaN" : value.isInfinite ? (value < 0 ? "-Infinity" : "Infinity") : "\(value)"
        case .string(let value): JSON.write(value, to: &text)
        case .array(let elements):
            text += "["
            for (position, element) in elements.enumerated() {
                if position > 0 { text += ", " }
                element.write(to: &text)
            }
            text += "]"
        case .object(let members):
            text += "{"
            for (position, member) in members.enumerated() {
                if position > 0 { text += ", " }
                JSON.write(member.name, to: &text)
                text += ": "
                member.value.write(to: &text)
            }
            text += "}"
        }
    }

    private static func write(_ string: String, to text: inout String) {
        text += "\""
        for character in string.unicodeScalars {
            switch character {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where character.value < 0x20:
                let digits = String(character.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(character)
            }
        }
        text += "\""
    }
}
