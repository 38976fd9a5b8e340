import Strata

/// Labels as rows of zeros with a one at the label's place: the targets of
/// `Loss.categoricalCrossentropy`.
///
/// - Parameters:
///   - labels: whole numbers from 0, of shape [N] or [N, 1].
///   - classCount: how long the rows are; one more than the largest label if nil.
/// - Returns: float32 of shape [N, `classCount`].
/// - Throws: `StrataError` if a label is none.
public func toCategorical(_ labels: ArrayData, classCount: Int? = nil) throws -> ArrayData {
    let numbers = labels.floats()
    guard labels.shape == [numbers.count] || labels.shape == [numbers.count, 1] else {
        throw StrataError("Labels are of shape [N] or [N, 1]. Received: \(labels.shape)")
    }
    let largest = numbers.max() ?? -1
    let count = max(0, classCount ?? (largest < 1e6 ? Int(max(-1, largest)) + 1 : 0))
    var rows = [Float](repeating: 0, count: numbers.count * count)
    for (row, number) in numbers.enumerated() {
        guard let label = Int(exactly: number), (0..<count).contains(label) else {
            throw StrataError(
                "Labels are whole numbers from 0\(count > 0 ? " to \(count - 1)" : ""). Received: "
                    + "\(number) in row \(row)")
        }
        rows[row * count + label] = 1
    }
    return ArrayData(shape: [numbers.count, count], floats: rows)
}
