import Strata

/// Converts labels to one-hot rows, the targets of `Loss.categoricalCrossentropy`.
///
/// - Parameters:
///   - labels: whole numbers from 0, `[N]` or `[N, 1]`.
///   - classCount: the length of the rows; by default one more than the largest label.
/// - Returns: float32 rows, `[N, classCount]`.
/// - Throws: `StrataError` if a label is invalid.
public func toCategorical(_ labels: ArrayData, classCount: Int? = nil) throws -> ArrayData {
    let numbers = labels.floats()
    guard labels.shape == [numbers.count] || labels.shape == [numbers.count, 1] else {
        throw StrataError("Labels must have the shape [N] or [N, 1], but got \(labels.shape)")
    }
    let largest = numbers.max() ?? -1
    let count = max(0, classCount ?? (largest < 1e6 ? Int(max(-1, largest)) + 1 : 0))
    var rows = [Float](repeating: 0, count: numbers.count * count)
    for (row, number) in numbers.enumerated() {
        guard let label = Int(exactly: number), (0..<count).contains(label) else {
            throw StrataError(
                "Labels must be whole numbers from 0\(count > 0 ? " to \(count - 1)" : ""), but got "
                    + "\(number) in row \(row)")
        }
        rows[row * count + label] = 1
    }
    return ArrayData(shape: [numbers.count, count], floats: rows)
}
