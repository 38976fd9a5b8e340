import Strata
import Testing

/// The examples that gradients are explained by.
struct TapeTests {
    let x = Tensor([1, 2, 3])

    /// A softmax's outputs sum to 1 whatever goes in.
    @Test func softmaxSummed() throws {
        let (value, gradient) = try valueWithGradient(at: x) { softmax($0).sum() }
        #expect(abs(value.scalar - 1) < 1e-6)
        #expect(gradient.scalars.allSatisfy { abs($0) < 1e-7 })
    }

    @Test func polynomial() throws {
        let (value, gradient) = try valueWithGradient(at: x) { x in
            (pow(x, 3) + 2 * x + 5).sum()
        }
        #expect(value.scalar == 8 + 17 + 38)
        #expect(gradient.scalars == [5, 14, 29])
    }

    @Test func byDifferences() throws {
        // The error of a central difference of x³ is the square of the step, here 1e-6, and of its
        // rounding 38 · 2⁻²⁴ / 1e-3.
        let gradient = try numericalGradient(of: { (pow($0, 3) + 2 * $0 + 5).sum() }, wrt: x)
        expectClose(gradient.scalars, [5, 14, 29], relative: 3e-4)
        let two = try numericalGradient(
            of: { ($0[0] * $0[1]).sum() }, wrt: [x, Tensor([4, 5, 6])])
        expectClose(two[0].scalars, [4, 5, 6], relative: 1e-3)
        expectClose(two[1].scalars, [1, 2, 3], relative: 1e-3)
    }

    @Test func variablesGetTheirValuesBack() throws {
        let w = try Variable(x, name: "w")
        let gradient = try numericalGradient(of: { (w.value * w.value).sum() }, wrt: [w])[0]
        expectClose(gradient.scalars, [2, 4, 6], relative: 1e-3)
        #expect(w.value.scalars == [1, 2, 3])
        #expect(throws: StrataError.self) {
            try numericalGradient(of: { w.value + Tensor([1, 2]) }, wrt: [w])
        }
        #expect(w.value.scalars == [1, 2, 3])
    }
}
