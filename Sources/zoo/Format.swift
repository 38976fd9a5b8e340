import Foundation
import Strata

/// `20,170`
func grouped(_ number: Int) -> String {
    let digits = String(number)
    return digits.enumerated().reduce(into: "") { text, digit in
        if digit.offset > 0, (digits.count - digit.offset) % 3 == 0 { text += "," }
        text.append(digit.element)
    }
}

/// A loss or metric, as progress shows it, but for 0.
func formatted(_ value: Double) -> String {
    value == 0 ? "0.0000" : ProgressBar.barNumber(value)
}

/// `1 image`, `2,000 images`, `10 classes`
func counted(_ number: Int, _ noun: String) -> String {
    let plural = noun.hasSuffix("s") ? "es" : "s"
    return "\(grouped(number)) \(noun)\(number == 1 ? "" : plural)"
}

extension JSON {
    /// A number; null if it is not finite, for which standard JSON has nothing.
    static func finite(_ number: Double) -> JSON { number.isFinite ? .number(number) : .null }

    /// An object of these members, in order.
    static func object(_ members: [(String, JSON)]) -> JSON {
        .object(members.map { Member($0.0, $0.1) })
    }
}

/// `4.2 s`, `1:05` or `1:02:03`.
func duration(_ seconds: Double) -> String {
    if seconds < 60 { return String(format: "%.1f s", seconds) }
    let whole = Int(seconds.rounded())
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    return hours > 0
        ? String(format: "%d:%02d:%02d", hours, minutes, rest)
        : String(format: "%d:%02d", minutes, rest)
}
