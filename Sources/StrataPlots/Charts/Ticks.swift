import Foundation

/// Round numbers along an axis, spaced by 1, 2 or 5 times a power of ten.
public struct Ticks: Hashable, Sendable {
    /// The numbers in ascending order, at least one.
    public let values: [Double]
    private let step: Double

    /// Chooses about `count` ticks within a range.
    /// - Parameters:
    ///   - low: the beginning of the range.
    ///   - high: the end of the range.
    ///   - count: about how many.
    ///   - isWhole: whether ticks are whole numbers, such as epochs.
    public init(from low: Double, to high: Double, count: Int, isWhole: Bool = false) {
        let step = max(isWhole ? 1 : 0, Self.step(high - low, count: count))
        self.step = step
        let values = Self.multiples(
            of: step, from: (low / step - 1e-9).rounded(.up),
            to: (high / step + 1e-9).rounded(.down))
        self.values = values.isEmpty ? [low] : values
    }

    /// Chooses about `count` ticks that enclose all of some numbers.
    /// - Parameters:
    ///   - numbers: the numbers to enclose.
    ///   - count: about how many ticks.
    public init(around numbers: [Double], count: Int) {
        var (low, high) = (numbers.min() ?? 0, numbers.max() ?? 1)
        if high - low <= max(max(abs(low), abs(high)) * 1e-9, 1e-300) {
            let half = max(abs(high) * 0.05, 1e-3)
            (low, high) = (low - half, high + half)
        }
        step = Self.step(high - low, count: count)
        let values = Self.multiples(
            of: step, from: (low / step + 1e-9).rounded(.down),
            to: (high / step - 1e-9).rounded(.up))
        self.values = values.isEmpty ? [low, high] : values
    }

    /// The range from the first tick to the last.
    public var range: ClosedRange<Double> { values[0]...values[values.count - 1] }

    /// A tick written with as many decimals as the spacing needs.
    public func label(_ value: Double) -> String {
        let digits = max(0, -Int((log10(step) + 1e-9).rounded(.down)))
        let largest = values.map(abs).max() ?? 0
        if largest >= 1e6 || digits > 6 { return String(format: "%.2e", value) }
        return String(format: "%.\(digits)f", value == 0 ? 0 : value)
    }

    /// A round spacing that fits into `span` between 0.7 and 1.75 times `count`.
    private static func step(_ span: Double, count: Int) -> Double {
        guard span > 0, span.isFinite, count > 0 else { return 1 }
        let largest = span / (0.7 * Double(count)) * (1 + 1e-9)
        let power = pow(10, log10(largest).rounded(.down))
        return power * ([5, 2].first { $0 * power <= largest } ?? 1)
    }

    private static func multiples(of step: Double, from first: Double, to last: Double) -> [Double]
    {
        guard first <= last, last - first < 1000 else { return [] }
        return stride(from: first, through: last, by: 1).map { $0 * step }
    }
}
