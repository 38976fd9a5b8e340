/// An option of the command line, `--name VALUE` or `--name`, declared once: the parser reads it,
/// `help` prints it, and a verb asks for its value.
struct Option<Value>: AnyOption {
    let name: String
    let placeholder: String?
    let help: String
    let expected: String
    /// Whether a word after the first is another value of the option; nil if it takes one only.
    let isFurtherValue: (@Sendable (String) -> Bool)?
    private let read: @Sendable (String) -> Value?

    /// - Parameters:
    ///   - placeholder: what the value is called; nil for an option without one.
    ///   - expected: what values are, for the message about one that is not.
    ///   - isFurtherValue: whether a word after the first is another value of the option; nil if it
    ///     takes one only.
    ///   - read: the value that a word stands for, or nil if it stands for none.
    init(
        _ name: String, _ placeholder: String?, _ help: String, expected: String = "",
        isFurtherValue: (@Sendable (String) -> Bool)? = nil,
        read: @escaping @Sendable (String) -> Value?
    ) {
        self.name = name
        self.placeholder = placeholder
        self.help = help
        self.expected = expected
        self.isFurtherValue = isFurtherValue
        self.read = read
    }

    func value(of word: String) -> Any? { read(word) }
}

extension Option<String> {
    init(_ name: String, _ placeholder: String, _ help: String) {
        self.init(name, placeholder, help, expected: "a value") { $0.isEmpty ? nil : $0 }
    }

    /// One of a few words.
    init(_ name: String, oneOf words: [String], _ help: String) {
        self.init(
            name, words.joined(separator: "|"), help,
            expected: "one of " + words.joined(separator: ", ")
        ) { words.contains($0) ? $0 : nil }
    }
}

extension Option<[String]> {
    /// Files, of which the further ones have names that end in one of `endings`.
    init(files name: String, _ placeholder: String, _ help: String, endings: [String]) {
        self.init(
            name, placeholder, help, expected: "a file",
            isFurtherValue: { word in endings.contains { word.lowercased().hasSuffix($0) } }
        ) { $0.isEmpty ? nil : [$0] }
    }
}

extension Option<Int> {
    init(_ name: String, _ help: String, atLeast least: Int) {
        self.init(name, "N", help, expected: "a whole number of at least \(least)") { word in
            Int(word).flatMap { $0 >= least ? $0 : nil }
        }
    }

    init(_ name: String, _ placeholder: String, _ help: String, _ range: ClosedRange<Int>) {
        self.init(
            name, placeholder, help,
            expected: "a whole number from \(range.lowerBound) to \(range.upperBound)"
        ) { word in Int(word).flatMap { range.contains($0) ? $0 : nil } }
    }
}

extension Option<Float> {
    init(positive name: String, _ placeholder: String, _ help: String) {
        self.init(name, placeholder, help, expected: "a positive number") { word in
            Float(word).flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
        }
    }
}

extension Option<Bool> {
    init(flag name: String, _ help: String) {
        self.init(name, nil, help) { _ in true }
    }
}

/// An option whatever its value's type.
protocol AnyOption: Sendable {
    var name: String { get }
    var placeholder: String? { get }
    var help: String { get }
    var expected: String { get }
    var isFurtherValue: (@Sendable (String) -> Bool)? { get }
    func value(of word: String) -> Any?
}
