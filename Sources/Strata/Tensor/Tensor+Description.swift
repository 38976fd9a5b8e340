import Foundation

extension Tensor: CustomStringConvertible {
    /// The numbers as NumPy prints them, with the middle of a large tensor left out; or the ``error``, if
    /// there is one; or the shape, if the expression depends on a model's input.
    public var description: String {
        if let error { return "Tensor with an error: \(error)" }
        guard let scalars = try? computedScalars() else { return "Tensor of shape \(shape)" }
        return NumberTable(scalars, shape).description
    }
}

/// Numbers in nested brackets and aligned columns.
private struct NumberTable: CustomStringConvertible {
    private let scalars: [Float]
    private let shape: Shape
    private let style: NumberStyle
    /// The number of entries shown at each end of an axis; nil to show all.
    private let edge: Int?

    private static let largestWhole = 1000
    private static let lineWidth = 75

    init(_ scalars: [Float], _ shape: Shape) {
        self.scalars = scalars
        self.shape = shape
        let edge = shape.count > NumberTable.largestWhole ? 3 : nil
        self.edge = edge
        // The format follows from the numbers that are shown.
        var offsets = [0]
        for (size, stride) in zip(shape.dimensions, shape.strides) {
            let shown = NumberTable.shown(size, edge).compactMap { $0 }
            offsets = offsets.flatMap { offset in shown.map { offset + $0 * stride } }
        }
        style = NumberStyle(offsets.map { scalars[$0] })
    }

    var description: String {
        guard shape.rank > 0 else { return NumberStyle.text(of: scalars[0]) }
        return shape.count == 0 ? "[]" : table(axis: 0, offset: 0)
    }

    /// The entries of an axis to show; nil stands for those left out.
    private static func shown(_ size: Int, _ edge: Int?) -> [Int?] {
        guard let edge, size > 2 * edge else { return Array(0..<size) }
        return Array(0..<edge) + [nil] + Array(size - edge..<size)
    }

    private func table(axis: Int, offset: Int) -> String {
        let stride = shape.strides[axis]
        let entries = NumberTable.shown(shape[axis], edge)
        let margin = String(repeating: " ", count: axis + 1)
        guard axis == shape.rank - 1 else {
            let parts = entries.map { entry in
                entry.map { table(axis: axis + 1, offset: offset + $0 * stride) } ?? "..."
            }
            let gap = String(repeating: "\n", count: shape.rank - 1 - axis)
            return "[" + parts.joined(separator: gap + margin) + "]"
        }
        var lines = [""]
        for entry in entries {
            let word = entry.map { style.padded(scalars[offset + $0]) } ?? "..."
            let line = lines[lines.count - 1]
            // NumPy keeps room for all closing brackets in every line.
            let width = margin.count + line.count + 1 + word.count + shape.rank
            if line.isEmpty {
                lines[lines.count - 1] = word
            } else if width <= NumberTable.lineWidth {
                lines[lines.count - 1] = line + " " + word
            } else {
                while lines[lines.count - 1].last == " " { lines[lines.count - 1].removeLast() }
                lines.append(word)
            }
        }
        return "[" + lines.joined(separator: "\n" + margin) + "]"
    }
}

/// Fixed or scientific notation, with as many digits as tell the numbers apart, at most eight.
private struct NumberStyle {
    private var isScientific = false
    /// Digits after the point, at most.
    private var digits = 0
    /// Characters before the point, at most, and in all.
    private var left = 0
    private var width = 0

    init(_ numbers: [Float]) {
        let finite = numbers.filter(\.isFinite)
        let sizes = finite.filter { $0 != 0 }.map { Swift.abs($0) }
        if let largest = sizes.max(), let smallest = sizes.min() {
            isScientific =
                largest >= NumberStyle.largestFixed || smallest < 1e-4 || largest / smallest > 1000
        }
        digits = finite.map(neededDigits).max() ?? 0
        left = finite.map { parts($0).whole.count }.max() ?? 0
        width = numbers.filter { !$0.isFinite }.map { "\($0)".count }.max() ?? 0
        if !finite.isEmpty { width = Swift.max(width, left + 1 + digits + (isScientific ? 4 : 0)) }
    }

    /// From here on not every digit before the point is known, and NumPy writes an exponent.
    private static let largestFixed: Float = 1e6

    /// A number on its own.
    static func text(of number: Float) -> String {
        let size = Swift.abs(Double(number))
        let isFixed = size == 0 || (size >= 1e-4 && size < Double(largestFixed))
        if isFixed || !number.isFinite { return "\(number)" }
        let candidates = (0...8).lazy.map { String(format: "%.\($0)e", Double(number)) }
        return candidates.first { Float($0) == number } ?? "\(number)"
    }

    /// The number in a column as wide as the widest, points below each other.
    func padded(_ number: Float) -> String {
        func spaces(_ count: Int) -> String { String(repeating: " ", count: Swift.max(0, count)) }
        guard number.isFinite else { return spaces(width - "\(number)".count) + "\(number)" }
        let (whole, rest) = parts(number)
        let right = rest + spaces(digits - rest.count)
        return spaces(width - (whole.count + 1 + right.count)) + whole + "." + right
    }

    private func text(_ number: Float, _ digits: Int) -> String {
        String(format: isScientific ? "%.\(digits)e" : "%.\(digits)f", Double(number))
    }

    /// The fewest digits after the point that give the number back, or all eight but zeros at the end.
    private func neededDigits(_ number: Float) -> Int {
        if let enough = (0..<8).first(where: { Float(text(number, $0)) == number }) {
            return enough
        }
        return isScientific ? 8 : 8 - text(number, 8).reversed().prefix { $0 == "0" }.count
    }

    /// What is before the point, and what is after it.
    private func parts(_ number: Float) -> (whole: String, rest: String) {
        let text = text(number, isScientific ? digits : neededDigits(number))
        let whole = text.prefix { $0 != "." && $0 != "e" }
        let rest = text.dropFirst(whole.count)
        return (String(whole), String(rest.first == "." ? rest.dropFirst() : rest))
    }
}
