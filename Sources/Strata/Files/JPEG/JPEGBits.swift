/// Reads the bits of entropy-coded data, the largest of a byte first.
///
/// After the end of the data, which is a marker or the end of the file, there are zeros without end;
/// `isOverrun` tells whether any of them was taken.
struct JPEGBits {
    /// What has not been taken up yet.
    private(set) var next: UnsafePointer<UInt8>
    private let end: UnsafePointer<UInt8>
    /// The next bits, from the top.
    private var buffer: UInt64 = 0
    private var count = 0
    /// How many of the bits taken up are not the file's.
    private var paddingCount = 0

    init(_ bytes: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>) {
        next = bytes
        self.end = end
    }

    var isOverrun: Bool { count < paddingCount }
    var isAtEndOfFile: Bool { next >= end }

    /// Makes sure that at least 32 bits can be taken.
    @inline(__always)
    mutating func fill() {
        if count < 32 { refill() }
    }

    private mutating func refill() {
        if end - next >= 8 {
            let word = UnsafeRawPointer(next).loadUnaligned(as: UInt64.self).bigEndian
            // Whether no byte of the eight is 0xff, which would need a closer look.
            if (~word &- 0x0101_0101_0101_0101) & word & 0x8080_8080_8080_8080 == 0 {
                buffer |= word &>> UInt64(count)
                let taken = (64 &- count) &>> 3
                next += taken
                count &+= taken &* 8
                return
            }
        }
        while count <= 56 {
            buffer |= UInt64(nextByte()) &<< UInt64(56 &- count)
            count &+= 8
        }
    }

    private mutating func nextByte() -> UInt8 {
        if next < end {
            let byte = next[0]
            if byte != 0xff {
                next += 1
                return byte
            }
            // A zero after it says that it is data. There may be more of it before the zero.
            var after = next + 1
            while after < end, after[0] == 0xff { after += 1 }
            if after < end, after[0] == 0 {
                next = after + 1
                return byte
            }
            if after >= end { next = end }
        }
        paddingCount &+= 8
        return 0
    }

    /// The next `size` bits, 1 to 16, which stay.
    @inline(__always)
    func peek(_ size: Int) -> Int { Int(buffer &>> UInt64(64 &- size)) }

    @inline(__always)
    mutating func skip(_ size: Int) {
        buffer = buffer &<< UInt64(size)
        count &-= size
    }

    /// The next `size` bits, 1 to 16.
    @inline(__always)
    mutating func take(_ size: Int) -> Int {
        let bits = peek(size)
        skip(size)
        return bits
    }

    /// A coefficient of `size` bits, 1 to 15: those that begin with a 0 are negative.
    @inline(__always)
    mutating func takeCoefficient(_ size: Int) -> Int {
        let bits = take(size)
        return bits < 1 &<< (size &- 1) ? bits &- 1 &<< size &+ 1 : bits
    }

    /// Goes on after the restart marker of a number, if it is the next one.
    mutating func restart(_ number: UInt8) -> Bool {
        while end - next >= 2, next[0] != 0xff || next[1] == 0 || next[1] == 0xff { next += 1 }
        guard end - next >= 2, next[1] == 0xd0 + number else { return false }
        self = JPEGBits(next + 2, end: end)
        return true
    }
}
