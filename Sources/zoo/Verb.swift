/// One of the things `zoo` does.
struct Verb: Sendable {
    enum Operand: Sendable {
        case required(String)
        case optional(String)
        /// None, one or several.
        case any(String)
        /// One for each word.
        case several([String])
        /// A name, or one of a few words and the name after it.
        case either(String, or: [String], String)
    }

    let name: String
    let operand: Operand?
    /// What it does, in one line.
    let purpose: String
    let options: [any AnyOption]
    /// What else there is to know.
    let remarks: String
    let run: @Sendable (Arguments) throws -> Void

    init(
        _ name: String, _ operand: Operand? = nil, purpose: String, options: [any AnyOption] = [],
        remarks: String = "", run: @escaping @Sendable (Arguments) throws -> Void
    ) {
        self.name = name
        self.operand = operand
        self.purpose = purpose
        self.options = options
        self.remarks = remarks
        self.run = run
    }

    /// `train [MODEL]`
    var usage: String {
        switch operand {
        case .required(let word): "\(name) \(word)"
        case .optional(let word): "\(name) [\(word)]"
        case .any(let word): "\(name) [\(word) …]"
        case .several(let words): "\(name) \(words.joined(separator: " "))"
        case .either(let word, let others, let own):
            "\(name) " + ([word] + others.map { "\($0) \(own)" }).joined(separator: " | ")
        case nil: name
        }
    }

    var help: String {
        var text = "usage: zoo \(usage)\(options.isEmpty ? "" : " [options]")\n\n\(purpose)"
        if !options.isEmpty {
            let names = options.map { option in
                "  --\(option.name)\(option.placeholder.map { " " + $0 } ?? "")"
            }
            let width = names.map(\.count).max()! + 2
            let lines = zip(names, options).map { name, option in
                name + String(repeating: " ", count: width - name.count) + option.help
            }
            text += "\n\noptions:\n" + lines.joined(separator: "\n")
        }
        return remarks.isEmpty ? text : text + "\n\n" + remarks
    }
}
