import Foundation
import Strata
import Testing

/// One model, several threads.
@Suite struct ConcurrencyTests {
    private struct Shared: @unchecked Sendable {
        let model: Model
        /// A layer that is in the model, too.
        let part: Model
    }

    private func shared() throws -> Shared {
        let input = Input(shape: [6, 6, 1])
        let features = Flatten()(Conv2D(4, kernelSize: 3, activation: .relu)(input))
        let model = Model(inputs: input, outputs: Dense(3, activation: .softmax)(features))
        try model.compile(optimizer: SGD(learningRate: 0.01), loss: .sparseCategoricalCrossentropy)
        return Shared(model: model, part: Model(inputs: input, outputs: features))
    }

    private let lock = NSLock()

    @Test func predictionsAreThoseOfOneThread() throws {
        let shared = try shared()
        let inputs = (0..<16).map { Tensor(randomNormal: [3, 6, 6, 1], seed: UInt64($0)) }
        let expected = try inputs.map { try shared.model.predict($0).scalars }
        let features = try inputs.map { try shared.part.predict($0).scalars }
        nonisolated(unsafe) var wrong = 0
        DispatchQueue.concurrentPerform(iterations: 400) { number in
            let index = number % 16
            let isRight =
                switch number % 3 {
                case 0: (try? shared.model.predict(inputs[index]).scalars) == expected[index]
                case 1: (try? shared.part.predict(inputs[index]).scalars) == features[index]
                default: shared.model(inputs[index]).scalars == expected[index]
                }
            if !isRight { lock.withLock { wrong += 1 } }
        }
        #expect(wrong == 0)
    }

    /// Predictions between the steps of a training are those of some weights it had; training is what it
    /// is without them.
    @Test func predictingWhileTraining() throws {
        let (alone, watched) = (try shared(), try shared())
        let x = Tensor(randomNormal: [64, 6, 6, 1], seed: 1)
        let y = Tensor((0..<64).map { Float($0 % 3) })
        _ = x.scalars
        nonisolated(unsafe) var sums: [Float] = []
        DispatchQueue.concurrentPerform(iterations: 2) { number in
            if number == 0 {
                _ = try? watched.model.fit(x, y, batchSize: 4, epochs: 4, verbose: 0)
            } else {
                for _ in 0..<100 {
                    let p = (try? watched.model.predict(x).scalars) ?? []
                    lock.withLock { sums += [p.reduce(0, +)] }
                }
            }
        }
        #expect(sums.allSatisfy { abs($0 - 64) < 1e-3 })
        try alone.model.fit(x, y, batchSize: 4, epochs: 4, verbose: 0)
        #expect(try alone.model.predict(x).scalars == watched.model.predict(x).scalars)
    }

    @Test func oneThreadTrains() throws {
        let shared = try shared()
        let x = Tensor.ones([4, 6, 6, 1])
        let y = Tensor([0, 1, 2, 0])
        nonisolated(unsafe) var message: String?
        let nested = LambdaCallback(onTrainBegin: { _ in
            let done = self.done
            let thread = Thread {
                do { try shared.model.fit(x, y, verbose: 0) } catch { message = "\(error)" }
                done.signal()
            }
            thread.start()
            done.wait()
        })
        try shared.model.fit(x, y, verbose: 0, callbacks: [nested])
        #expect(message?.contains("another thread") == true, "\(message ?? "")")
        // And again, now that it is free.
        try shared.model.fit(x, y, verbose: 0)
    }

    private let done = DispatchSemaphore(value: 0)
}
