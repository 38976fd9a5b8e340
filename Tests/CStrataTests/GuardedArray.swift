import CStrata

/// Aligned memory for a kernel, between two zones that must not be written, and that spoil what is
/// computed from them: all their bits are one, which is NaN in floats.
final class GuardedArray<Element> {
    private static var zone: Int { 256 }
    private let whole: UnsafeMutableRawBufferPointer
    let pointer: UnsafeMutablePointer<Element>
    let count: Int

    /// - Parameter filling: what the elements are at first; if nil, all bits are one.
    init(_ count: Int, filling: Element? = nil) {
        self.count = count
        let size = count * MemoryLayout<Element>.stride
        whole = .allocate(byteCount: size + 2 * Self.zone, alignment: 64)
        whole.initializeMemory(as: UInt8.self, repeating: 0xff)
        pointer = (whole.baseAddress! + Self.zone).bindMemory(to: Element.self, capacity: count)
        if let filling { pointer.update(repeating: filling, count: count) }
    }

    convenience init(_ values: [Element]) {
        self.init(values.count)
        pointer.update(from: values, count: values.count)
    }

    deinit { whole.deallocate() }

    var values: [Element] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

    var guardsAreIntact: Bool {
        whole.prefix(Self.zone).allSatisfy { $0 == 0xff }
            && whole.suffix(Self.zone).allSatisfy { $0 == 0xff }
    }
}

extension GuardedArray<Float> {
    var bits: [UInt32] { values.map(\.bitPattern) }
}

/// Calls a kernel on all its units, cut at odd places, from the last piece to the first: pieces
/// may not depend on one another.
func runInPieces<Arguments>(
    _ kernel: strata_kernel?, _ arguments: Arguments, units: Int, piece: Int
) {
    withUnsafePointer(to: arguments) { pointer in
        for begin in stride(from: 0, to: units, by: piece).reversed() {
            kernel!(pointer, Int64(begin), Int64(min(begin + piece, units)), nil)
        }
    }
}

/// Whether `value` is within `tolerance` of `expected`; NaN and infinities must be the same.
func isClose(_ value: Float, _ expected: Double, tolerance: Double) -> Bool {
    if expected.isNaN { return value.isNaN }
    if expected.isInfinite { return Double(value) == expected }
    return abs(Double(value) - expected) <= tolerance
}
