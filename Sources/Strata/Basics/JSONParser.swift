extension JSON {
    /// The maximum nesting depth.
    static let maximumDepth = 256

    /// Parses UTF-8 text. Parsing is strict, except that `NaN`, `Infinity` and `-Infinity` are accepted, which
    /// Python writes.
    /// - Parameter bytes: the text.
    /// - Throws: ``StrataError`` that says what is wrong, with line and column.
    public init(parsing bytes: some Sequence<UInt8>) throws {
        var parser = Parser(text: Array(bytes))
        self = try parser.document()
    }

    /// Parses a string.
    /// - Parameter text: the text.
    /// - Throws: ``StrataError`` that says what is wrong, with line and column.
    public init(parsing text: String) throws { try self.init(parsing: text.utf8) }

    private struct Parser {
        let text: [UInt8]
        var position = 0

        mutating func document() throws -> JSON {
            let value = try value(depth: 0)
            skipSpace()
            guard position == text.count else { throw failure("the end was expected") }
            return value
        }

        mutating func value(depth: Int) throws -> JSON {
            guard depth < JSON.maximumDepth else {
                throw failure("values are nested more than \(JSON.maximumDepth) deep")
            }
            skipSpace()
            switch peek {
            case UInt8(ascii: "{"): return try object(depth: depth)
            case UInt8(ascii: "["): return try array(depth: depth)
            case UInt8(ascii: "\""): return .string(try string())
            default:
                for (word, value) in Parser.words where accept(word) { return value }
                return try number()
            }
        }

        private static let words: [(StaticString, JSON)] = [
            ("null", .null), ("true", .boolean(true)), ("false", .boolean(false)),
            ("NaN", .number(.nan)), ("Infinity", .number(.infinity)),
            ("-Infinity", .number(-.infinity)),
        ]

        private mutating func object(depth: Int) throws -> JSON {
            position += 1
            var members: [Member] = []
            skipSpace()
            if accept("}") { return .object(members) }
            repeat {
                skipSpace()
                guard peek == UInt8(ascii: "\"") else { throw failure("a name was expected") }
                let name = try string()
                skipSpace()
                guard accept(":") else { throw failure("':' was expected") }
                members.append(Member(name, try value(depth: depth + 1)))
                skipSpace()
            } while accept(",")
            guard accept("}") else { throw failure("',' or '}' was expected") }
            return .object(members)
        }

        private mutating func array(depth: Int) throws -> JSON {
            position += 1
            var elements: [JSON] = []
            skipSpace()
            if accept("]") { return .array(elements) }
            repeat {
                elements.append(try value(depth: depth + 1))
                skipSpace()
            } while accept(",")
            guard accept("]") else { throw failure("',' or ']' was expected") }
            return .array(elements)
        }

        private mutating func string() throws -> String {
            position += 1
            var bytes: [UInt8] = []
            let begin = position
            while let byte = peek, byte != UInt8(ascii: "\"") {
                guard byte >= 0x20 else { throw failure("a control character in a string") }
                position += 1
                guard byte == UInt8(ascii: "\\") else {
                    bytes.append(byte)
                    continue
                }
                bytes += String(try escape()).utf8
            }
            guard accept("\"") else { throw failure("a string without an end") }
            guard let string = String(validating: bytes, as: UTF8.self) else {
                position = begin
                throw failure("a string that is not UTF-8")
            }
            return string
        }

        /// The character after a backslash.
        private mutating func escape() throws -> Character {
            guard let byte = peek else { throw failure("a string without an end") }
            position += 1
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
                return Character(Unicode.Scalar(byte))
            case UInt8(ascii: "b"): return "\u{8}"
            case UInt8(ascii: "f"): return "\u{c}"
            case UInt8(ascii: "n"): return "\n"
            case UInt8(ascii: "r"): return "\r"
            case UInt8(ascii: "t"): return "\t"
            case UInt8(ascii: "u"):
                var unit = try hexadecimal()
                if (0xd800..<0xdc00).contains(unit), accept("\\u") {
                    let low = try hexadecimal()
                    guard (0xdc00..<0xe000).contains(low) else {
                        throw failure("half of a surrogate pair")
                    }
                    unit = 0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00)
                }
                guard let scalar = Unicode.Scalar(unit) else {
                    throw failure("half of a surrogate pair")
                }
                return Character(scalar)
            default: throw failure("an unknown escape")
            }
        }

        private mutating func hexadecimal() throws -> UInt32 {
            var value: UInt32 = 0
            for _ in 0..<4 {
                guard let digit = peek.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }),
                    peek! < 0x80
                else { throw failure("four hexadecimal digits were expected") }
                value = value << 4 | UInt32(digit)
                position += 1
            }
            return value
        }

        private mutating func number() throws -> JSON {
            let begin = position
            _ = accept("-")
            let leadingZero = peek == UInt8(ascii: "0")
            guard case let digits = skipDigits(), digits > 0, !(leadingZero && digits > 1) else {
                position = begin
                throw failure("a value was expected")
            }
            var isWhole = true
            if accept(".") {
                isWhole = false
                guard skipDigits() > 0 else { throw failure("a digit was expected") }
            }
            if accept("e") || accept("E") {
                isWhole = false
                if !accept("-") { _ = accept("+") }
                guard skipDigits() > 0 else { throw failure("a digit was expected") }
            }
            let characters = String(decoding: text[begin..<position], as: UTF8.self)
            if isWhole, let value = Int(characters) { return .integer(value) }
            guard let value = Double(characters) else { throw failure("a value was expected") }
            return .number(value)
        }

        private mutating func skipDigits() -> Int {
            let begin = position
            while let byte = peek, (0x30...0x39).contains(byte) { position += 1 }
            return position - begin
        }

        private var peek: UInt8? { position < text.count ? text[position] : nil }

        private mutating func accept(_ token: StaticString) -> Bool {
            let found = token.withUTF8Buffer { text[position...].starts(with: $0) }
            if found { position += token.utf8CodeUnitCount }
            return found
        }

        private mutating func skipSpace() {
            while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d {
                position += 1
            }
        }

        /// An error with the line and column of the current position.
        private func failure(_ reason: String) -> StrataError {
            let before = text[..<min(position, text.count)]
            let line = before.count { $0 == 0x0a } + 1
            let column = before.count - (before.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0) + 1
            return StrataError("it is not JSON: \(reason) at line \(line), column \(column)")
        }
    }
}
