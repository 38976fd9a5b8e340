extension UnsafeRawBufferPointer {
    /// The little-endian number at `offset`, aligned or not; nil if it extends beyond the end.
    package func littleEndian<Number: FixedWidthInteger>(
        _: Number.Type = Number.self, at offset: Int
    ) -> Number? {
        guard offset >= 0, offset <= count - MemoryLayout<Number>.size else { return nil }
        return Number(littleEndian: loadUnaligned(fromByteOffset: offset, as: Number.self))
    }

    /// The `count` bytes at `offset`; nil if they extend beyond the end.
    package func slice(at offset: Int, count: Int) -> UnsafeRawBufferPointer? {
        guard offset >= 0, count >= 0, offset <= self.count, count <= self.count - offset else {
            return nil
        }
        return UnsafeRawBufferPointer(rebasing: self[offset..<offset + count])
    }
}

extension [UInt8] {
    mutating func append<Number: FixedWidthInteger>(littleEndian number: Number) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
}
