extension ArrayData {
    /// Reinterprets the bytes as column-major, where the first index changes fastest.
    func rowMajorFromColumnMajor() -> ArrayData {
        guard shape.filter({ $0 > 1 }).count > 1, count > 0 else { return self }
        return withUnsafeBytes { source in
            ArrayData(shape: shape, dtype: dtype, isSwapped: byteOrderSwapped) { target in
                switch dtype.byteCount {
                case 1: reorder(source, target, as: UInt8.self)
                case 2: reorder(source, target, as: UInt16.self)
                case 4: reorder(source, target, as: UInt32.self)
                default: reorder(source, target, as: UInt64.self)
                }
            }
        }
    }

    private func reorder<Element>(
        _ source: UnsafeRawBufferPointer, _ target: UnsafeMutableRawBufferPointer,
        as _: Element.Type
    ) {
        let source = source.bindMemory(to: Element.self)
        let target = target.bindMemory(to: Element.self)
        var strides = [Int](repeating: 1, count: shape.count)
        for axis in 1..<shape.count { strides[axis] = strides[axis - 1] * shape[axis - 1] }
        // Walks the target in order: `index` is the position in it, `from` that in the source.
        var index = [Int](repeating: 0, count: shape.count)
        var from = 0
        for to in 0..<count {
            target.initializeElement(at: to, to: source[from])
            var axis = shape.count - 1
            while axis >= 0 {
                index[axis] += 1
                from += strides[axis]
                if index[axis] < shape[axis] { break }
                from -= index[axis] * strides[axis]
                index[axis] = 0
                axis -= 1
            }
        }
    }
}
