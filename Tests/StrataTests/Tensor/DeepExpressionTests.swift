import CStrata
import Foundation
import Strata
import Testing

private final class Box<Content>: @unchecked Sendable { var result: Content? }

/// Runs a closure on a thread with a small stack: recursion as deep as a graph would crash it.
private func onSmallStack<Result: Sendable>(
    _ body: @escaping @Sendable () -> Result
) -> Result {
    let (box, done) = (Box<Result>(), DispatchSemaphore(value: 0))
    let thread = Thread {
        box.result = body()
        done.signal()
    }
    thread.stackSize = 512 * 1024
    thread.start()
    done.wait()
    return box.result!
}

struct DeepExpressionTests {
    /// A debug build records some thirty times slower.
    private static let depth = strata_is_optimized() ? 1_000_000 : 100_000

    @Test func aMillionAdditions() {
        let depth = Self.depth
        let (value, slope) = onSmallStack {
            let x = Tensor([1, 2])
            let step = Tensor([0.5, 0.25])
            var y = x
            for _ in 0..<depth { y = y + step }
            let g = gradient(of: y, wrt: [x, step])
            return (y.scalars, g[0].scalars)
        }
        // Sums of halves and quarters are exact.
        #expect(value == [1 + Float(depth) / 2, 2 + Float(depth) / 4])
        #expect(slope == [1, 1])
    }

    /// A gradient that is itself a long sum.
    @Test func manyUsesOfOneValue() {
        let slope = onSmallStack {
            let step = Tensor([0.5])
            var y = Tensor([1])
            for _ in 0..<20_000 { y = y + step }
            return gradient(of: y, wrt: step).scalars
        }
        #expect(slope == [20_000])
    }

    @Test func aMillionAdditionsAreReleased() {
        let depth = Self.depth
        let isBuilt = onSmallStack {
            var y = Tensor([1])
            for _ in 0..<depth { y = y + 1 }
            let branches = (0..<10).map { _ in y * 2 }
            return branches.allSatisfy { $0.error == nil }
        }
        #expect(isBuilt)
    }

    /// Two values of each step read by the next: release must not visit a node twice.
    @Test func deepLattice() {
        let count = onSmallStack {
            var (a, b) = (Tensor([1]), Tensor([2]))
            for _ in 0..<10_000 { (a, b) = (a * 0.5 + b * 0.5, b * 0.5 + a * 0.5) }
            return a.scalar
        }
        #expect(count == 1.5)
    }

    /// A variable changed many times, by expressions of its own value.
    @Test func deepChainsThroughVariables() throws {
        let v = try Variable(Tensor([1, 2]))
        for _ in 0..<2000 { v.value = v.value + 1 }
        #expect(v.value.scalars == [2001, 2002])
        #expect(v.version == 2000)
    }
}
