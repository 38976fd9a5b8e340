import CStrata
import Foundation
import Strata
import TestSupport
import Testing

struct TensorTests {
    // MARK: - Errors

    /// Each sentence says what was expected and what was received.
    @Test func errorsAreCarried() {
        let (a, b) = (Tensor.ones([2, 3]), Tensor.ones([4, 5]))
        let image = Tensor.ones([1, 4, 4, 2])
        let failures: [(Tensor, [String])] = [
            (a + b, ["add", "(2, 3) and (4, 5)"]),
            (matmul(a, b), ["inner sizes", "(2, 3) and (4, 5)"]),
            (matmul(image, b), ["two matrices", "(1, 4, 4, 2)"]),
            (a.reshaped(to: [4]), ["(2, 3)", "(4,)"]),
            (a.reshaped(to: [-2, -3]), ["(2, 3)", "(-2, -3)"]),
            (a.sum(axes: [2]), ["axis 2", "(2, 3)"]),
            (a.sum(axes: [-3]), ["axis -3", "(2, 3)"]),
            (a.transposed([0, 0]), ["permutation", "[0, 0]"]),
            (a.sliced(from: [1, 1], size: [2, 1]), ["[1, 1]", "[2, 1]", "(2, 3)"]),
            (a.padded(before: [0], after: [1]), ["(2, 3)", "[0]"]),
            (a.broadcast(to: [3]), ["(2, 3)", "(3,)"]),
            (Tensor.concatenate([a, b], axis: 0), ["(2, 3) and (4, 5)"]),
            (Tensor.concatenate([], axis: 0), ["at least one"]),
            (Tensor.concatenate([a], axis: 2), ["(2, 3)", "axis 2"]),
            (conv2D(a, b), ["[batch, height, width, channels]", "(2, 3)"]),
            (conv2D(image, b), ["2 channels", "(4, 5)"]),
            (conv2D(image, Tensor.ones([3, 3, 3, 1])), ["2 channels", "(3, 3, 3, 1)"]),
            (conv2D(image, Tensor.ones([3, 3, 1, 3]), groups: 2), ["2 groups", "(3, 3, 1, 3)"]),
            (conv2D(image, Tensor.ones([5, 3, 2, 1])), ["5x3", "4x4"]),
            (
                conv2D(image, Tensor.ones([1, 1, 2, 1]), strides: [0, 1]), ["at least 1", "[0, 1]"]
            ),
            (conv2D(image, Tensor.ones([1, 1, 2, 1]), strides: [2]), ["two", "[2]"]),
            (conv2D(image, Tensor.ones([1, 1, 2, 1]), groups: 0), ["0 groups"]),
            (maxPool2D(image, size: [2]), ["two", "[2]"]),
            (averagePool2D(a, size: [2, 2]), ["[batch, height, width, channels]", "(2, 3)"]),
            (maxPool2D(image, size: [5, 5]), ["5x5", "4x4"]),
            (softmax(Tensor(1)), ["softmax", "scalar"]),
            (argmax(Tensor(1)), ["argmax", "scalar"]),
            (moments(Tensor(1)).variance, ["moments", "scalar"]),
        ]
        for (tensor, words) in failures {
            let message = tensor.error?.message ?? "no error"
            for word in words { #expect(message.contains(word), "\(message)") }
            // Whatever is recorded further carries the same error.
            let later = relu((tensor * 2).sum() + a)
            #expect(later.error?.message == message)
            #expect(gradient(of: later, wrt: a).error?.message == message)
            #expect(throws: StrataError.self) { try later.computedScalars() }
            #expect(throws: StrataError.self) { try Evaluator.shared.evaluate([a, later]) }
        }
    }

    @Test func secondDerivativesOfMaxPoolingAreRefused() {
        let x = Tensor.ones([1, 4, 4, 1])
        let first = gradient(of: square(maxPool2D(x, size: [2, 2])).sum(), wrt: x)
        #expect(first.error == nil)
        #expect(gradient(of: first.sum(), wrt: x).error?.message.contains("max_pool") == true)
    }

    // MARK: - Gradients

    @Test func valuesWithGradients() throws {
        let (x, y) = (Tensor([1, 2, 3]), Tensor([2, 4, 7]))
        let (loss, slopes) = try valueWithGradient(at: [Tensor(1), Tensor(0)]) {
            square(x * $0[0] + $0[1] - y).mean()
        }
        #expect(Swift.abs(loss.scalar - 7) < 1e-5)
        #expect(
            Swift.abs(slopes[0].scalar + 34 / 3) < 1e-5
                && Swift.abs(slopes[1].scalar + 14 / 3) < 1e-5)
        let v = try Variable(Tensor([3, 4]))
        let (total, gradients) = try valueWithGradient(at: [v]) { square(v.value).sum() }
        #expect(total.scalar == 25 && gradients[0].scalars == [6, 8])
        #expect(throws: StrataError.self) {
            try valueWithGradient(at: Tensor([1])) { $0 + Tensor([1, 2]) + Tensor([1, 2, 3]) }
        }
    }

    @Test func noDependenceIsZero() {
        let (x, y) = (Tensor([1, 2]), Tensor([[3.0]].flatMap { $0 }))
        #expect(gradient(of: (y * 2).sum(), wrt: x).scalars == [0, 0])
        #expect(gradient(of: sign(x).sum(), wrt: x).scalars == [0, 0])
        #expect(gradient(of: x, wrt: x).scalars == [1, 1])
        let twice = gradient(of: (x * x).sum(), wrt: [x, y, x])
        #expect(twice.map(\.scalars) == [[2, 4], [0], [2, 4]])
        // An inner node is a source like any other.
        let inner = x * 3
        #expect(
            gradient(of: square(inner).sum(), wrt: [inner, x]).map(\.scalars) == [
                [6, 12], [18, 36],
            ])
    }

    /// The recipe is gone: better an error than zeros.
    @Test func gradientsOfReadNumbersAreRefused() throws {
        let x = Tensor([1, 2, 3])
        let y = square(x).sum()
        #expect(y.scalar == 14)
        let error = gradient(of: y, wrt: x).error
        #expect(error?.message.contains("record its gradient before") == true)
        #expect(gradient(of: y * 2, wrt: y).scalar == 2)
    }

    @Test func softmaxOfExtremeLogits() {
        let x = Tensor(shape: [2, 3], scalars: [1e4, -1e4, 0, -3e38, 3e38, 0])
        #expect(softmax(x).scalars == [1, 0, 0, 0, 1, 0])
        #expect(logSoftmax(x).scalars[0..<3] == [0, -2e4, -1e4])
        let labels = Tensor([1, 1])
        let loss = Tensor.record(SoftmaxCrossEntropy(sparse: true), x, labels)
        let slope = gradient(of: loss, wrt: x)
        #expect(loss.scalars == [2e4, 0])
        #expect(slope.scalars == [1, -1, 0, 0, 0, 0])
        let equal = softmax(Tensor([-.infinity, 2, 2]))
        #expect(equal.scalars == [0, 0.5, 0.5])
        #expect(softplus(Tensor([100, -200])).scalars == [100, 0])
        #expect(sigmoid(Tensor([100, -200])).scalars == [1, 0])
    }

    /// All that a node computes is kept, also what only its gradient reads.
    @Test func gradientsAfterTheirValue() {
        let x = Tensor(shape: [1, 2, 2, 1], scalars: [1, 4, 2, 3])
        let y = maxPool2D(x, size: [2, 2])
        let g = gradient(of: y, wrt: x)
        #expect(y.scalars == [4])
        #expect(g.scalars == [0, 1, 0, 0])
    }

    // MARK: - Plans

    @Test func plansAreFoundByStructure() throws {
        let evaluator = Evaluator()
        func count(_ tensor: Tensor) throws -> Int {
            _ = try evaluator.storage(of: tensor)
            return evaluator.planCount
        }
        for factor in [Float(1), 2, 3] {
            #expect(try count(Tensor([1, 2]) * factor + 1) == 1)
        }
        #expect(try count(Tensor([1, 2]) * 3 - 1) == 2)
        #expect(try count(Tensor([1, 2, 3]) * 3 + 1) == 3)
        let x = Tensor.ones([1, 6, 6, 2])
        #expect(try count(maxPool2D(x, size: [2, 2])) == 4)
        #expect(try count(maxPool2D(x, size: [3, 3])) == 5)
        #expect(try count(maxPool2D(x, size: [2, 2], strides: [1, 1])) == 6)
        #expect(try count(maxPool2D(x, size: [2, 2])) == 6)
        // The same operand twice is another structure than two operands.
        let (a, b) = (Tensor([1, 2]), Tensor([3, 4]))
        #expect(try count(a * b) == 7)
        #expect(try count(a * a) == 8)
        #expect(try count(a * a) == 8)
        for size in 1...200 { _ = try count(Tensor.ones([size]) + 1) }
        #expect(evaluator.planCount == Evaluator.capacity)
        let sum = a + b
        #expect(try count(sum) == Evaluator.capacity && sum.scalars == [4, 6])
    }

    /// A cached plan does not keep the numbers it first ran with.
    @Test func plansDoNotKeepNumbers() throws {
        let evaluator = Evaluator()
        weak var storage: Storage?
        do {
            let x = Tensor([1, 2, 3])
            if case .numbers(let storages) = x.node.content { storage = storages[0] }
            _ = try evaluator.storage(of: x * 2 + x)
            #expect(storage != nil)
        }
        #expect(storage == nil)
    }

    // MARK: - Threads

    @Test func evaluationFromSeveralThreads() {
        let shared = Tensor((0..<1000).map(Float.init))
        let common = exp(shared * 0.001).sum()
        let wrong = Wrong()
        DispatchQueue.concurrentPerform(iterations: 64) { index in
            let factor = Float(index + 1)
            let sum = (shared * factor).sum()
            // Recorded from a node that other threads are computing.
            let both = sum + common * 0
            if both.scalar != factor * 499_500 { wrong.add() }
            let slope = gradient(of: square(shared).sum() * factor, wrt: shared)
            if slope.scalars != shared.scalars.map({ 2 * $0 * factor }) { wrong.add() }
            if Swift.abs(common.scalar - 1718.28) > 1 { wrong.add() }
        }
        #expect(wrong.count == 0)
    }

    private final class Wrong: @unchecked Sendable {
        private let lock = NSLock()
        private(set) var count = 0
        func add() { lock.withLock { count += 1 } }
    }

    /// Work is cut by shapes alone, so that the number of threads changes no bit.
    @Test func threadsChangeNoBit() {
        func compute() -> [[UInt32]] {
            var random = TestRandom(11)
            let x = random.tensor([8, 16, 16, 8])
            let w = random.tensor([3, 3, 8, 16], -0.3...0.3)
            let b = random.tensor([16])
            let y = relu(conv2D(x, w, padding: .same) + b)
            let (mean, variance) = moments(y)
            let z = maxPool2D((y - mean) * rsqrt(variance + 0.1), size: [2, 2])
            let logits = matmul(z.reshaped(to: [8, 1024]), random.tensor([1024, 10], -0.1...0.1))
            let loss = logSoftmax(logits).sum()
            let noise = Tensor(randomNormal: [70_000], seed: 5)
            let outputs =
                [loss] + gradient(of: loss, wrt: [x, w, b]) + [noise, square(noise).sum()]
            return outputs.map { $0.scalars.map(\.bitPattern) }
        }
        let before = strata_threads()
        defer { strata_set_threads(before) }
        strata_set_threads(1)
        let alone = compute()
        for threads in [2, 3, 5] as [Int32] {
            strata_set_threads(threads)
            #expect(compute() == alone)
        }
    }
}

#if DEBUG && (os(Linux) || os(macOS))
    /// A wrong expression knows the line that it was made at, however far from there its numbers are read.
    @Test func wrongExpressionsKnowTheirLine() throws {
        func expectLine(_ tensor: Tensor, _ line: Int) {
            let site = tensor.error?.callSite?.line
            #expect(
                site == nil || site?.hasSuffix("TensorTests.swift:\(line)") == true, "\(site ?? "")"
            )
        }
        let line = #line + 1
        let wrong = Tensor([1, 2]) + Tensor([1, 2, 3])
        expectLine(wrong, line)
        expectLine(relu(wrong * 2).sum(), line)
        let next = #line + 1
        let other = matmul(Tensor.ones([2, 3]), Tensor.ones([2, 3]))
        expectLine(Loss.meanSquaredError(other, other), next)
    }
#endif
