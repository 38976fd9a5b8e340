import Foundation

/// A file name with placeholders as in Python: `weights-{epoch:02d}-{val_loss:.2f}.npz`.
package struct PathTemplate {
    private let text: String

    package init(_ text: String) { self.text = text }

    /// The file name for an epoch and a batch, both counted from 1.
    package func path(epoch: Int, batch: Int?, _ logs: Logs) throws -> String {
        var result = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            switch character {
            case "{" where rest.first == "{", "}" where rest.first == "}":
                result.append(rest.removeFirst())
            case "{":
                guard let end = rest.firstIndex(of: "}") else {
                    throw malformed("a { without its }")
                }
                let parts = rest[..<end].split(
                    separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                rest = rest[rest.index(after: end)...]
                let name = String(parts[0])
                let style = parts.count > 1 ? String(parts[1]) : ""
                if let count = name == "epoch" ? epoch : name == "batch" ? batch : nil {
                    result += try formatted(count, style)
                } else if let value = logs[name] {
                    result += try formatted(value, style)
                } else {
                    throw malformed("there is no \(name), only epoch,\(logs.available)")
                }
            case "}":
                throw malformed("a } without its {")
            default:
                result.append(character)
            }
        }
        return result
    }

    private func malformed(_ reason: String) -> StrataError {
        StrataError("The file name \"\(text)\" cannot be filled in: \(reason).")
    }

    /// Formats a number by `[0][width][.precision][type]`, the part of Python's format language that file
    /// names need.
    private func formatted<Number>(_ number: Number, _ style: String) throws -> String {
        if style.isEmpty { return "\(number)" }
        var kind = style.last!
        var body = style[...]
        if kind.isLetter { body.removeLast() } else { kind = number is Int ? "d" : "g" }
        let parts = body.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.allSatisfy({ $0.count <= 3 && $0.allSatisfy { $0.isASCII && $0.isNumber } })
        else {
            throw malformed("\"\(style)\" is not a format of numbers")
        }
        switch (kind, number) {
        case ("d", let number as Int) where parts.count == 1:
            return String(format: "%\(body)ld", number)
        case ("f", _), ("e", _), ("g", _):
            let value = (number as? Int).map(Double.init) ?? number as! Double
            return String(format: "%\(body)\(kind)", value)
        default:
            throw malformed("\"\(style)\" is not a format of \(number)")
        }
    }
}
