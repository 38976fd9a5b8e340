extension CommandLineTool {
    static let help = Verb(
        "help", .optional("VERB"), purpose: "Explains zoo, or one of its verbs."
    ) { arguments in
        print(try arguments.operands.first.map { try verb(named: $0).help } ?? overview)
    }

    static var overview: String {
        let width = verbs.map(\.usage.count).max()! + 2
        let lines = verbs.map { verb in
            "  \(verb.usage)\(String(repeating: " ", count: width - verb.usage.count))\(verb.purpose)"
        }
        return """
            usage: zoo VERB [MODEL] [options]

            Trains convolutional networks.

            \(lines.joined(separator: "\n"))

            'zoo help VERB' lists the options, 'zoo --version' says the version. To begin with: zoo train
            """
    }
}
