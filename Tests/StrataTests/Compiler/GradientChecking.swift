import Foundation
import Strata
import TestSupport
import Testing

func norm(_ numbers: some Sequence<Double>) -> Double {
    numbers.reduce(0) { $0 + $1 * $1 }.squareRoot()
}

/// Expects ‖computed − wanted‖ ≤ relative · ‖wanted‖ + absolute.
func expectClose(
    _ computed: [Float], _ wanted: [Double], relative: Double, absolute: Double = 1e-6,
    _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
    guard computed.count == wanted.count else {
        Issue.record("\(comment()): \(computed.count) numbers", sourceLocation: sourceLocation)
        return
    }
    let error = norm(zip(computed, wanted).map { Double($0) - $1 })
    let bound = relative * norm(wanted) + absolute
    if !(error <= bound) {
        Issue.record(
            "\(comment()): error \(error) > \(bound); \(computed.prefix(12)) \(wanted.prefix(12))",
            sourceLocation: sourceLocation)
    }
}

/// Checks a function's value, its gradient under a random cotangent, and so on to the given order:
/// the engine's numbers against the naive evaluator's value and its central differences.
func checkGradients(
    _ name: String, at sources: [Tensor], order: Int = 1, seed: UInt64 = 7,
    differentiable: [Int]? = nil, sourceLocation: SourceLocation = #_sourceLocation,
    _ function: ([Tensor]) -> Tensor
) {
    var random = TestRandom(seed)
    let value = function(sources)
    if let error = value.error {
        Issue.record("\(name): \(error)", sourceLocation: sourceLocation)
        return
    }
    let cotangent = random.tensor(value.shape, -1...1)
    let chosen = differentiable ?? Array(sources.indices)
    let gradients = gradient(of: value, wrt: chosen.map { sources[$0] }, cotangent: cotangent)

    var naive = NaiveEvaluator()
    let expected = naive.value(value)
    let weights = naive.value(cotangent).numbers
    func objective(_ source: Int, _ array: NaiveArray) -> Double {
        var changed = NaiveEvaluator()
        changed.set(sources[source], array)
        return zip(changed.value(value).numbers, weights).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let differences = chosen.map { source -> [Double] in
        let at = naive.value(sources[source])
        return at.numbers.indices.map { position in
            let step = 1e-5
            var (above, below) = (at, at)
            above.numbers[position] += step
            below.numbers[position] -= step
            return (objective(source, above) - objective(source, below)) / (2 * step)
        }
    }
    if order > 1 {
        checkGradients(
            "\(name)′", at: sources, order: order - 1, seed: seed + 1,
            differentiable: differentiable, sourceLocation: sourceLocation
        ) { sources in
            var random = TestRandom(seed + 100)
            let value = function(sources)
            let first = gradient(of: value, wrt: chosen.map { sources[$0] }, cotangent: cotangent)
            return first.reduce(Tensor(0)) { sum, gradient in
                sum + (gradient * random.tensor(gradient.shape, -1...1)).sum()
            }
        }
    }

    do {
        try Evaluator.shared.evaluate([value] + gradients)
    } catch {
        Issue.record("\(name): \(error)", sourceLocation: sourceLocation)
        return
    }
    expectClose(
        value.scalars, expected.numbers, relative: 2e-6, "\(name), value",
        sourceLocation: sourceLocation)
    for ((computed, wanted), source) in zip(zip(gradients, differences), chosen) {
        #expect(computed.shape == sources[source].shape, sourceLocation: sourceLocation)
        expectClose(
            computed.scalars, wanted, relative: 1e-4, "\(name), gradient \(source)",
            sourceLocation: sourceLocation)
    }
}
