/// The words after a verb, read by its declaration.
struct Arguments {
    private let verb: Verb
    /// The words that are no options.
    private(set) var operands: [String] = []
    private var values: [String: Any] = [:]

    init(_ words: some Sequence<String>, of verb: Verb) throws {
        self.verb = verb
        var rest = Array(words)[...]
        while let word = rest.popFirst() {
            guard word.hasPrefix("-"), word != "-" else {
                operands.append(word)
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let option = try Self.option(String(parts[0]), of: verb)
            let written = "--" + option.name
            var text = parts.count > 1 ? String(parts[1]) : nil
            if let placeholder = option.placeholder, text == nil {
                guard let next = rest.popFirst(), !next.hasPrefix("--") else {
                    throw UsageError("\(written) is followed by its value, \(placeholder).")
                }
                text = next
            } else if option.placeholder == nil, text != nil {
                throw UsageError("\(written) takes no value, but got \(word)")
            }
            guard let value = option.value(of: text ?? "") else {
                throw UsageError("\(written) takes \(option.expected), but got \(text ?? "")")
            }
            if let isFurther = option.isFurtherValue {
                var files = values[option.name] as? [String] ?? []
                files += value as? [String] ?? []
                while let next = rest.first, !next.hasPrefix("-"), isFurther(next) {
                    files.append(rest.removeFirst())
                }
                values[option.name] = files
            } else if values.updateValue(value, forKey: option.name) != nil {
                throw UsageError("\(written) is given twice.")
            }
        }
        try checkOperands()
    }

    /// The value of an option, or nil if it was not given.
    subscript<Value>(_ option: Option<Value>) -> Value? { values[option.name] as? Value }

    /// Whether an option was given.
    func isGiven(_ option: any AnyOption) -> Bool { values[option.name] != nil }

    /// Whether a flag was given.
    func has(_ flag: Option<Bool>) -> Bool { values[flag.name] != nil }

    /// The value of an option that the verb cannot do without.
    func required<Value>(_ option: Option<Value>) throws -> Value {
        if let value = self[option] { return value }
        let value = option.placeholder.map { " " + $0 } ?? ""
        throw UsageError("'zoo \(verb.name)' needs --\(option.name)\(value).")
    }

    private static func option(_ word: String, of verb: Verb) throws -> any AnyOption {
        let name = word == "-o" ? "--output" : word
        if let option = verb.options.first(where: { "--" + $0.name == name }) { return option }
        throw UsageError(
            unknown: "option", word, among: verb.options.map { "--" + $0.name },
            see: "zoo help \(verb.name)")
    }

    private func checkOperands() throws {
        let usage = "usage: zoo \(verb.usage)"
        switch verb.operand {
        case .required(let word) where operands.isEmpty:
            throw UsageError("'zoo \(verb.name)' needs a \(word); \(usage)")
        case .required, .optional:
            guard operands.count > 1 else { return }
            throw UsageError("'zoo \(verb.name)' takes one name, not \(operands.count); \(usage)")
        case .any: break
        case .several(let words):
            guard operands.count != words.count else { return }
            throw UsageError(
                "'zoo \(verb.name)' takes \(words.count) names, not \(operands.count); \(usage)")
        case .either(_, let others, _):
            let takesTwo = operands.first.map(others.contains) ?? false
            guard operands.count != (takesTwo ? 2 : 1) else { return }
            throw UsageError(usage)
        case nil:
            guard !operands.isEmpty else { return }
            throw UsageError("'zoo \(verb.name)' takes no names, but got \(operands[0])")
        }
    }
}
