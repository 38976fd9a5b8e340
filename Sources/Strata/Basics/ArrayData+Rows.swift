extension ArrayData {
    /// The same elements with another shape, without copying them.
    /// - Precondition: the shapes have the same number of elements.
    public func reshaped(to shape: [Int]) -> ArrayData {
        precondition(
            shape.reduce(1, *) == count, "\(count) elements do not fill the shape \(shape)")
        return ArrayData(self, shape: shape)
    }

    /// Neighbouring rows, which are the parts along the first dimension, without copying them.
    /// - Precondition: the array has a dimension, and these rows.
    public func rows(_ range: Range<Int>) -> ArrayData {
        precondition(range.lowerBound >= 0 && range.upperBound <= shape[0])
        return ArrayData(self, rows: range)
    }

    /// A copy of some rows, which are the parts along the first dimension, in the order given.
    /// - Precondition: the array has a dimension, and these rows.
    public func rows(_ indices: [Int]) -> ArrayData {
        let rowByteCount = byteCount / max(1, shape[0])
        return withUnsafeBytes { source in
            let bytes = FileBytes(count: indices.count * rowByteCount) { target in
                for (row, index) in indices.enumerated() {
                    let start = index * rowByteCount
                    UnsafeMutableRawBufferPointer(rebasing: target[(row * rowByteCount)...])
                        .copyMemory(from: .init(rebasing: source[start..<start + rowByteCount]))
                }
            }
            return ArrayData(
                shape: [indices.count] + shape.dropFirst(), dtype: dtype,
                byteOrderSwapped: byteOrderSwapped, storage: bytes, offset: 0)
        }
    }
}
