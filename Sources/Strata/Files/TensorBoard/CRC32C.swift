/// The CRC-32C checksum (Castagnoli's polynomial, RFC 3720) of TFRecord files.
enum CRC32C {
    private static let table = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { crc, _ in crc >> 1 ^ (crc & 1 == 0 ? 0 : 0x82f6_3b78) }
    }

    static func checksum(of bytes: [UInt8]) -> UInt32 {
        table.withUnsafeBufferPointer { table in
            bytes.withUnsafeBufferPointer { bytes in
                var crc = UInt32.max
                for byte in bytes {
                    crc = crc >> 8 ^ table[Int(UInt8(truncatingIfNeeded: crc) ^ byte)]
                }
                return ~crc
            }
        }
    }

    /// The checksum as TFRecord files store it: masked, because the checksum of data that contain their own
    /// checksum is a poor one.
    static func masked(of bytes: [UInt8]) -> UInt32 {
        let crc = checksum(of: bytes)
        return (crc >> 15 | crc << 17) &+ 0xa282_ead8
    }
}
