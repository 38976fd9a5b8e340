import CStrata
import Testing

/// Memory for a kernel's result, begun as NaN (or another filling) with guard zones around it.
final class GuardedArray<Element: Equatable> {
    private static var guardCount: Int { 64 }
    private let memory: UnsafeMutableBufferPointer<Element>
    private let sentinel: Element
    let count: Int

    init(_ count: Int, filling: Element, sentinel: Element) {
        self.count = count
        self.sentinel = sentinel
        memory = .allocate(capacity: count + 2 * Self.guardCount)
        memory.initialize(repeating: sentinel)
        for i in 0..<count { pointer[i] = filling }
    }

    deinit { memory.deallocate() }

    var pointer: UnsafeMutablePointer<Element> { memory.baseAddress! + Self.guardCount }
    var values: [Element] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

    var guardsAreIntact: Bool {
        memory.prefix(Self.guardCount).allSatisfy { $0 == sentinel }
            && memory.suffix(Self.guardCount).allSatisfy { $0 == sentinel }
    }
}

extension GuardedArray where Element == Float {
    convenience init(_ count: Int) { self.init(count, filling: .nan, sentinel: -12345) }
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

/// Repeatable numbers in -1 ..< 1.
struct TestNumbers {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> Float {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(state >> 40) / Float(1 << 23) - 1
    }

    mutating func array(_ count: Int) -> [Float] { (0..<count).map { _ in next() } }
}
