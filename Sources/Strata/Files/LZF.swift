/// LZF, the fast compression that h5py offers (Lehmann's liblzf).
enum LZF {
    /// The `count` bytes that `bytes` were compressed from.
    static func decompress(_ bytes: UnsafeRawBufferPointer, count: Int) throws -> FileBytes {
        let damaged = StrataError("its compressed data are damaged")
        return try FileBytes(count: count) { output in
            var input = ByteCursor(bytes)
            var end = 0
            while !input.rest.isEmpty {
                let control = try input.readInt(UInt8.self)
                if control < 32 {
                    // Bytes as they are.
                    let literal = try input.take(control + 1)
                    guard literal.count <= count - end else { throw damaged }
                    (output.baseAddress! + end).copyMemory(
                        from: literal.baseAddress!, byteCount: literal.count)
                    end += literal.count
                } else {
                    // Bytes that came before, themselves among them where the two overlap.
                    var length = control >> 5
                    if length == 7 { length += try input.readInt(UInt8.self) }
                    let distance = (control & 0x1f) << 8 | (try input.readInt(UInt8.self)) + 1
                    length += 2
                    guard distance <= end, length <= count - end else { throw damaged }
                    for place in end..<end + length { output[place] = output[place - distance] }
                    end += length
                }
            }
            guard end == count else { throw damaged }
        }
    }
}
