import Foundation

/// The Python values in the header of an `.npy` file.
enum PythonLiteral {
    case string(String)
    case boolean(Bool)
    case tuple([Int])
    /// A list, such as the description of a record, without its elements.
    case list

    /// Parses a text that is a dictionary.
    static func dictionary(_ text: [UInt8]) throws -> [String: PythonLiteral] {
        var parser = Parser(text: text[...])
        return try parser.dictionary()
    }

    private struct Parser {
        var text: ArraySlice<UInt8>

        mutating func dictionary() throws -> [String: PythonLiteral] {
            var result: [String: PythonLiteral] = [:]
            try expect("{")
            while !accept("}") {
                guard case .string(let key) = try value() else {
                    throw StrataError("its header has a key that is not a string")
                }
                try expect(":")
                guard result.updateValue(try value(), forKey: key) == nil else {
                    throw StrataError("its header has '\(key)' twice")
                }
                if !accept(",") {
                    try expect("}")
                    break
                }
            }
            skipSpace()
            guard text.isEmpty else { throw malformed() }
            return result
        }

        mutating func value() throws -> PythonLiteral {
            skipSpace()
            switch text.first {
            case UInt8(ascii: "'"), UInt8(ascii: "\""): return .string(try string())
            case UInt8(ascii: "("): return .tuple(try tuple())
            case UInt8(ascii: "["):
                try skipList()
                return .list
            default:
                if accept("True") { return .boolean(true) }
                if accept("False") { return .boolean(false) }
                throw malformed()
            }
        }

        mutating func string() throws -> String {
            let quote = text.removeFirst()
            guard let end = text.firstIndex(of: quote), !text[..<end].contains(UInt8(ascii: "\\"))
            else { throw malformed() }
            guard let string = String(bytes: text[..<end], encoding: .utf8) else {
                throw StrataError("its header is not text")
            }
            text = text[(end + 1)...]
            return string
        }

        /// `()`, `(1,)`, `(1, 2)` or `(1, 2,)`; `(1)` would be a number.
        mutating func tuple() throws -> [Int] {
            try expect("(")
            var numbers: [Int] = []
            while !accept(")") {
                numbers.append(try number())
                if !accept(",") {
                    guard numbers.count > 1, accept(")") else { throw malformed() }
                    break
                }
            }
            return numbers
        }

        mutating func number() throws -> Int {
            skipSpace()
            let sign = text.first == UInt8(ascii: "-") ? 1 : 0
            let digits = text.dropFirst(sign).prefix { (0x30...0x39).contains($0) }
            guard !digits.isEmpty else { throw malformed() }
            let characters = String(decoding: text[..<digits.endIndex], as: UTF8.self)
            guard let number = Int(characters) else {
                throw StrataError("its shape has the dimension \(characters.prefix(40)), too large")
            }
            text = text[digits.endIndex...]
            _ = accept("L")  // the suffix of long integers in Python 2
            return number
        }

        mutating func skipList() throws {
            var depth = 0
            repeat {
                skipSpace()
                switch text.first {
                case nil: throw malformed()
                case UInt8(ascii: "'"), UInt8(ascii: "\""): _ = try string()
                case let character:
                    if character == UInt8(ascii: "[") { depth += 1 }
                    if character == UInt8(ascii: "]") { depth -= 1 }
                    text.removeFirst()
                }
            } while depth > 0
        }

        mutating func expect(_ token: StaticString) throws {
            guard accept(token) else { throw malformed() }
        }

        mutating func accept(_ token: StaticString) -> Bool {
            skipSpace()
            let found = token.withUTF8Buffer { text.starts(with: $0) }
            if found { text = text.dropFirst(token.utf8CodeUnitCount) }
            return found
        }

        mutating func skipSpace() {
            text = text.drop { $0 == 0x20 || (0x09...0x0d).contains($0) }
        }

        func malformed() -> StrataError {
            StrataError("its header is not the dictionary of a .npy file")
        }
    }
}
