import Strata

/// Reads Python's pickles as far as CIFAR's batches need: a dictionary of text, numbers, lists of these
/// and NumPy arrays (protocols 0 to 5; Python's pickletools lists the opcodes).
///
/// A pickle is a program for a stack machine that may call any Python function. Here nothing is run: of
/// functions only the few that NumPy's arrays are made of are known, and a file that names another one
/// is refused.
struct Pickle {
    enum Value {
        case none
        case bool(Bool)
        case integer(Int)
        case number(Double)
        /// Text, or bytes: Python 2 wrote both in the same way.
        case bytes([UInt8])
        case list(List)
        case tuple([Value])
        case dictionary(Dictionary)
        case array(Array)
        /// `numpy.dtype('u1')`, with the order of its bytes.
        case type(ElementType)
        /// A function or a class by its name.
        case global(String)

        fileprivate var isAtom: Bool {
            switch self {
            case .none, .bool, .integer, .number, .bytes: true
            default: false
            }
        }
    }

    final class List {
        fileprivate(set) var items: [Value] = []
    }

    final class Dictionary {
        fileprivate(set) var items: [(key: String, value: Value)] = []

        subscript(_ key: String) -> Value? { items.last { $0.key == key }?.value }
    }

    final class ElementType {
        fileprivate let code: String
        fileprivate var isBigEndian: Bool

        fileprivate init(code: String) {
            isBigEndian = code.hasPrefix(">")
            self.code = String(code.drop { "<>|=".contains($0) })
        }
    }

    final class Array {
        fileprivate(set) var shape: [Int] = []
        fileprivate var type: ElementType?
        fileprivate var bytes: [UInt8] = []

        /// The bytes, if they are what the elements are.
        var uint8: [UInt8]? { type?.code == "u1" ? bytes : nil }

        /// Whole numbers of 1, 2, 4 or 8 bytes.
        var integers: [Int]? {
            guard let type, let size = Int(type.code.dropFirst()), [1, 2, 4, 8].contains(size),
                type.code.hasPrefix("i") || type.code.hasPrefix("u")
            else { return nil }
            return stride(from: 0, to: bytes.count, by: size).map { start in
                let number = bytes[start..<start + size]
                let ordered = type.isBigEndian ? Swift.Array(number) : number.reversed()
                let bits = ordered.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                let unused = 64 - 8 * size
                return type.code.hasPrefix("i")
                    ? Int(Int64(bitPattern: bits << unused) >> unused)
                    : Int(truncatingIfNeeded: bits)
            }
        }
    }

    /// The value in the bytes of a file.
    /// - Throws: what is wrong, without a subject and a full stop, for the caller to say which file.
    static func read(_ bytes: UnsafeRawBufferPointer) throws -> Value {
        var machine = Machine(bytes)
        return try machine.run()
    }

    /// Whether the first byte is one that pickles of dictionaries start with.
    static func recognizes(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count > 2 && (bytes[0] == 0x80 || "(}".utf8.contains(bytes[0]))
    }
}

private struct Machine {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0
    private var stack: [Pickle.Value] = []
    /// The heights of the stack at its marks.
    private var marks: [Int] = []
    private var memo: [Int: Pickle.Value] = [:]

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    mutating func run() throws -> Pickle.Value {
        while true {
            let opcode = try byte()
            if opcode == UInt8(ascii: ".") { return try pop() }
            try perform(opcode)
        }
    }

    private mutating func perform(_ opcode: UInt8) throws {
        switch Character(UnicodeScalar(opcode)) {
        // PROTO and FRAME say nothing that is needed.
        case "\u{80}": _ = try take(1)
        case "\u{95}": _ = try take(8)
        case "(": marks.append(stack.count)
        case "0": _ = try pop()

        // Atoms
        case "N": push(.none)
        case "\u{88}": push(.bool(true))
        case "\u{89}": push(.bool(false))
        case "I", "L": try pushDecimal()
        case "J": push(.integer(try integer(4, isSigned: true)))
        case "K": push(.integer(try integer(1)))
        case "M": push(.integer(try integer(2)))
        case "\u{8a}": push(.integer(try integer(try integer(1), isSigned: true)))
        case "F": push(.number(Double(try line()) ?? .nan))
        case "G":
            let bits = try take(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            push(.number(Double(bitPattern: bits)))

        // Text and bytes
        case "S": push(.bytes(PickleText.unquoted(try lineBytes())))
        case "V": push(.bytes(PickleText.rawUnicode(try lineBytes())))
        case "U", "C", "\u{8c}": push(.bytes(try take(try integer(1))))
        case "T", "B", "X": push(.bytes(try take(try integer(4))))
        case "\u{8d}", "\u{8e}", "\u{96}": push(.bytes(try take(try integer(8))))

        // Containers
        case "]": push(.list(Pickle.List()))
        case "l": push(.list(try list(of: try popMark())))
        case "a": try append([try pop()])
        case "e": try append(try popMark())
        case "}": push(.dictionary(Pickle.Dictionary()))
        case "d":
            let items = try popMark()
            push(.dictionary(Pickle.Dictionary()))
            try set(items)
        case "s":
            let value = try pop()
            try set([try pop(), value])
        case "u": try set(try popMark())
        case ")": push(.tuple([]))
        case "\u{85}": try pushTuple(1)
        case "\u{86}": try pushTuple(2)
        case "\u{87}": try pushTuple(3)
        case "t": try pushTuple(of: try popMark())

        // The memo
        case "p": try remember(at: try decimal())
        case "q": try remember(at: try integer(1))
        case "r": try remember(at: try integer(4))
        case "\u{94}": try remember(at: memo.count)
        case "g": try get(try decimal())
        case "h": try get(try integer(1))
        case "j": try get(try integer(4))

        // Functions
        case "c": push(.global("\(try line()).\(try line())"))
        case "\u{93}":
            guard case .bytes(let name) = try pop(), case .bytes(let module) = try pop() else {
                throw damaged
            }
            push(.global("\(text(module)).\(text(name))"))
        case "R":
            guard case .tuple(let arguments) = try pop(), case .global(let name) = try pop()
            else { throw damaged }
            push(try call(name, arguments))
        case "b": try build()
        default:
            throw StrataError(
                "it uses the pickle opcode \(opcode), which CIFAR's batches do not")
        }
    }

    // MARK: - NumPy's arrays

    /// What the functions make that NumPy's arrays are pickled by.
    private func call(_ name: String, _ arguments: [Pickle.Value]) throws -> Pickle.Value {
        // NumPy 2 calls its inner module _core.
        let plain = name.hasPrefix("numpy._core.") ? "numpy.core." + name.dropFirst(12) : name
        switch (plain, arguments.first) {
        case ("numpy.core.multiarray._reconstruct", .global("numpy.ndarray")):
            return .array(Pickle.Array())
        case ("numpy.dtype", .bytes(let code)):
            return .type(Pickle.ElementType(code: text(code)))
        case ("numpy.core.multiarray.scalar", .type(let type)):
            guard arguments.count == 2, case .bytes(let bytes) = arguments[1] else { throw damaged }
            let array = Pickle.Array()
            try fill(array, shape: .tuple([]), type: .type(type), order: .none, bytes)
            guard let number = array.integers?.first else { throw damaged }
            return .integer(number)
        case ("numpy.core.numeric._frombuffer", .bytes(let bytes)):
            guard arguments.count == 4 else { throw damaged }
            let array = Pickle.Array()
            try fill(array, shape: arguments[2], type: arguments[1], order: arguments[3], bytes)
            return .array(array)
        case ("_codecs.encode", .bytes(let characters)):
            // Python 3 writes bytes for Python 2 as Latin-1 text, in UTF-8.
            return .bytes(
                try String(decoding: characters, as: UTF8.self).unicodeScalars.map {
                    guard let byte = UInt8(exactly: $0.value) else { throw damaged }
                    return byte
                })
        case ("__builtin__.bytes", nil), ("builtins.bytes", nil):
            return .bytes([])
        default:
            throw StrataError(
                "it calls the Python function \(name), and only what NumPy arrays are made of is "
                    + "read")
        }
    }

    private mutating func build() throws {
        guard case .tuple(let state) = try pop() else { throw damaged }
        switch try top() {
        case .type(let type):
            // Version, order of the bytes, and what only structures have.
            guard state.count >= 2, case .bytes(let order) = state[1] else { throw damaged }
            type.isBigEndian = text(order) == ">"
        case .array(let array):
            guard state.count == 5, case .bytes(let bytes) = state[4] else { throw damaged }
            try fill(array, shape: state[1], type: state[2], order: state[3], bytes)
        default: throw damaged
        }
    }

    private func fill(
        _ array: Pickle.Array, shape: Pickle.Value, type: Pickle.Value, order: Pickle.Value,
        _ bytes: [UInt8]
    ) throws {
        guard case .tuple(let sizes) = shape, case .type(let type) = type else { throw damaged }
        array.shape = try sizes.map { size in
            guard case .integer(let size) = size, size >= 0 else { throw damaged }
            return size
        }
        switch order {
        case .bool(true), .integer(1), .bytes([UInt8(ascii: "F")]):
            guard array.shape.count < 2 else {
                throw StrataError("it has an array that is stored by columns")
            }
        default: break
        }
        guard let size = Int(type.code.dropFirst()), size > 0 else { throw damaged }
        let count = try array.shape.reduce(size) { product, size in
            let (count, overflow) = product.multipliedReportingOverflow(by: size)
            guard !overflow else { throw damaged }
            return count
        }
        guard count == bytes.count else { throw damaged }
        array.type = type
        array.bytes = bytes
    }

    // MARK: - The stack

    private mutating func push(_ value: Pickle.Value) { stack.append(value) }

    private mutating func remember(at index: Int) throws {
        guard memo.count < 1 << 22 else { throw damaged }
        memo[index] = try top()
    }

    private mutating func pop() throws -> Pickle.Value {
        guard stack.count > marks.last ?? 0, let value = stack.popLast() else { throw damaged }
        return value
    }

    private func top() throws -> Pickle.Value {
        guard let value = stack.last else { throw damaged }
        return value
    }

    private mutating func popMark() throws -> [Pickle.Value] {
        guard let mark = marks.popLast(), mark <= stack.count else { throw damaged }
        defer { stack.removeSubrange(mark...) }
        return Array(stack[mark...])
    }

    private mutating func get(_ index: Int) throws {
        guard let value = memo[index] else { throw damaged }
        push(value)
    }

    private mutating func pushTuple(_ count: Int) throws {
        var items: [Pickle.Value] = []
        for _ in 0..<count { items.append(try pop()) }
        try pushTuple(of: items.reversed())
    }

    // What would nest without end is refused, so that nothing is released by deep recursion.

    private mutating func pushTuple(of items: [Pickle.Value]) throws {
        for item in items {
            switch item {
            case .list, .dictionary, .array: throw tooDeep
            case .tuple(let inner): guard inner.allSatisfy(\.isAtom) else { throw tooDeep }
            default: break
            }
        }
        push(.tuple(items))
    }

    private func list(of items: [Pickle.Value]) throws -> Pickle.List {
        let list = Pickle.List()
        guard items.allSatisfy(\.isAtom) else { throw tooDeep }
        list.items = items
        return list
    }

    private mutating func append(_ items: [Pickle.Value]) throws {
        guard case .list(let list) = try top() else { throw damaged }
        guard items.allSatisfy(\.isAtom) else { throw tooDeep }
        list.items += items
    }

    private mutating func set(_ items: [Pickle.Value]) throws {
        guard case .dictionary(let dictionary) = try top(), items.count.isMultiple(of: 2) else {
            throw damaged
        }
        for index in stride(from: 0, to: items.count, by: 2) {
            guard case .bytes(let key) = items[index] else { throw damaged }
            if case .dictionary = items[index + 1] { throw tooDeep }
            dictionary.items.append((text(key), items[index + 1]))
        }
    }

    // MARK: - Bytes

    private mutating func byte() throws -> UInt8 {
        guard offset < bytes.count else { throw StrataError("it is cut short") }
        defer { offset += 1 }
        return bytes[offset]
    }

    private mutating func take(_ count: Int) throws -> [UInt8] {
        guard let slice = bytes.slice(at: offset, count: count) else {
            throw StrataError("it is cut short")
        }
        offset += count
        return Array(slice)
    }

    /// A number of up to 8 bytes, the lowest first.
    private mutating func integer(_ count: Int, isSigned: Bool = false) throws -> Int {
        guard count <= 8 else { throw damaged }
        let bytes = try take(count)
        guard count > 0 else { return 0 }
        let bits = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let unused = 64 - 8 * count
        let value = Int64(bitPattern: bits << unused)
        if isSigned { return Int(value >> unused) }
        guard let number = Int(exactly: bits) else { throw damaged }
        return number
    }

    private mutating func lineBytes() throws -> [UInt8] {
        let start = offset
        while try byte() != UInt8(ascii: "\n") {}
        return Array(bytes[start..<offset - 1])
    }

    /// The text up to the end of a line.
    private mutating func line() throws -> String { text(try lineBytes()) }

    private mutating func decimal() throws -> Int {
        guard let number = Int(try line()) else { throw damaged }
        return number
    }

    private mutating func pushDecimal() throws {
        let word = try line()
        switch word {
        case "00", "01": push(.bool(word == "01"))
        default:
            guard let number = Int(word.hasSuffix("L") ? String(word.dropLast()) : word) else {
                throw damaged
            }
            push(.integer(number))
        }
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private var damaged: StrataError {
        StrataError("it is not a pickle of a CIFAR batch (byte \(offset))")
    }

    private var tooDeep: StrataError {
        StrataError("it has values within values, which CIFAR's batches do not")
    }
}

/// Text as protocol 0 writes it, in a line.
private enum PickleText {
    /// What Python 2's `repr` wrote: in quotes, unusual bytes escaped.
    static func unquoted(_ line: [UInt8]) -> [UInt8] {
        let text = line.count >= 2 ? Array(line.dropFirst().dropLast()) : []
        let simple = Dictionary(
            uniqueKeysWithValues: zip("nrt\\'\"".utf8, "\n\r\t\\'\"".utf8))
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            let escape = text[index] == UInt8(ascii: "\\") && index + 1 < text.count
            if escape, let byte = simple[text[index + 1]] {
                result.append(byte)
                index += 2
            } else if escape, text[index + 1] == UInt8(ascii: "x"),
                let byte = number(text, at: index + 2, digits: 2)
            {
                result.append(UInt8(byte))
                index += 4
            } else {
                result.append(text[index])
                index += 1
            }
        }
        return result
    }

    /// Python's raw-unicode-escape, Latin-1 but for `\uXXXX`, as UTF-8.
    static func rawUnicode(_ line: [UInt8]) -> [UInt8] {
        var result = String.UnicodeScalarView()
        var index = 0
        while index < line.count {
            if line[index] == UInt8(ascii: "\\"), index + 1 < line.count,
                line[index + 1] == UInt8(ascii: "u"),
                let scalar = number(line, at: index + 2, digits: 4).flatMap(UnicodeScalar.init)
            {
                result.append(scalar)
                index += 6
            } else {
                result.append(UnicodeScalar(line[index]))
                index += 1
            }
        }
        return Array(String(result).utf8)
    }

    private static func number(_ text: [UInt8], at start: Int, digits: Int) -> UInt32? {
        guard start + digits <= text.count else { return nil }
        return UInt32(String(decoding: text[start..<start + digits], as: UTF8.self), radix: 16)
    }
}
