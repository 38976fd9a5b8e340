/// An array and its name in a file, such as `conv2d/kernel`.
public struct NamedArray: Sendable {
    /// The name.
    public let name: String
    /// The array.
    public let array: ArrayData

    /// - Parameters:
    ///   - name: the name.
    ///   - array: the array.
    public init(_ name: String, _ array: ArrayData) {
        self.name = name
        self.array = array
    }
}

extension [NamedArray] {
    /// Checks before writing to `path` that the names differ.
    /// - Throws: ``StrataError`` if two are equal.
    func checkNames(_ path: String) throws {
        if let name = repeatedName {
            throw StrataError("Cannot write \(path): two arrays are named \(name).")
        }
    }

    /// Returns the arrays after checking that the names differ.
    /// - Throws: ``StrataError`` about `file` if two are equal.
    func distinct(in file: String) throws -> [NamedArray] {
        if let name = repeatedName { throw StrataError("\(file) has two arrays named \(name).") }
        return self
    }

    private var repeatedName: String? {
        var names: Set<String> = []
        return first { !names.insert($0.name).inserted }?.name
    }

    /// Finds the arrays for expected names and shapes.
    /// - Parameters:
    ///   - expected: the names and shapes.
    ///   - file: the name of the file in errors.
    ///   - skipMismatch: whether to ignore differences rather than throw; false by default.
    /// - Returns: an array for each expected one, or nil if it is missing or of another shape.
    /// - Throws: ``StrataError`` that lists everything missing, unexpected or of another shape.
    public func matched(
        to expected: [(name: String, shape: [Int])], file: String, skipMismatch: Bool = false
    ) throws -> [ArrayData?] {
        let found = Dictionary(map { ($0.name, $0.array) }, uniquingKeysWith: { first, _ in first })
        if skipMismatch {
            return expected.map { name, shape in
                found[name].flatMap { $0.shape == shape ? $0 : nil }
            }
        }
        let names = Set(expected.map(\.name))
        let missing = expected.filter { found[$0.name] == nil }.map(\.name)
        let unexpected = map(\.name).filter { !names.contains($0) }
        let misshapen = expected.compactMap { name, shape -> String? in
            guard let array = found[name], array.shape != shape else { return nil }
            return "\(name) is \(array.shape), not \(shape)"
        }

        let complaints = [
            Self.complaint("missing", missing), Self.complaint("unexpected", unexpected),
            Self.complaint("of another shape", misshapen),
        ].compactMap { $0 }
        guard complaints.isEmpty else {
            throw StrataError(
                "\(file) does not fit the model: " + complaints.joined(separator: "; ") + ".")
        }
        return expected.map { found[$0.name] }
    }

    /// "missing: a, b, c and 4 more", or nil if there are no `items`.
    private static func complaint(_ what: String, _ items: [String]) -> String? {
        guard !items.isEmpty else { return nil }
        let shown = 5
        let rest = items.count > shown ? " and \(items.count - shown) more" : ""
        return "\(what): " + items.prefix(shown).joined(separator: ", ") + rest
    }
}
