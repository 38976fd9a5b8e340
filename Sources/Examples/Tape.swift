import Foundation
import Strata
import StrataDatasets

/// A convolutional network without `Model`, layers or `fit`: its weights are variables, its output is
/// arithmetic on tensors, and a tape computes the gradients.
struct TapeNetwork {
    let weights: [Variable]

    init(seed: UInt64) {
        func kernel(_ name: String, _ shape: Shape) -> Variable {
            Variable(name, shape: shape) {
                Initializer.glorotUniform.make(shape, Random.Key(seed: seed, path: name))
            }
        }
        func bias(_ count: Int) -> Variable {
            Variable("bias", shape: [count]) { [Float](repeating: 0, count: count) }
        }
        weights = [
            kernel("filters", [3, 3, 1, 10]), bias(10),
            kernel("hidden", [14 * 14 * 10, 100]), bias(100),
            kernel("classes", [100, 10]), bias(10),
        ]
    }

    /// Maps images `[batch, 28, 28, 1]` to logits `[batch, 10]`.
    func callAsFunction(_ images: Tensor) -> Tensor {
        let w = weights.map(\.value)
        var x = relu(conv2D(images, w[0], padding: .same) + w[1])
        x = maxPool2D(x, size: [2, 2]).reshaped(to: [images.shape[0], 14 * 14 * 10])
        x = relu(matmul(x, w[2]) + w[3])
        return matmul(x, w[4]) + w[5]
    }
}

/// Cross-entropy: -Σ t · ln p, averaged over the batch.
func crossEntropy(_ targets: Tensor, _ logits: Tensor) -> Tensor {
    -(targets * logSoftmax(logits)).sum() / Float(targets.shape[0])
}

/// Batches of images, scaled to 0…1, with one-hot labels.
struct Batches {
    let examples: Examples
    let targets: ArrayData
    let size: Int

    init(_ examples: Examples, size: Int) throws {
        self.examples = examples
        self.size = size
        targets = try toCategorical(examples.y, classCount: 10)
    }

    /// Calls `body` for each batch of the examples, in the given order.
    func each(_ order: [Int], _ body: (_ images: Tensor, _ targets: Tensor) throws -> Void) rethrows
    {
        for start in stride(from: 0, to: order.count, by: size) {
            let rows = Array(order[start..<min(start + size, order.count)])
            let images = Tensor(examples.x.rows(rows)) * examples.scale
            try body(images, Tensor(targets.rows(rows)))
        }
    }
}

/// Makes one pass over the data, with a step of gradient descent for each batch.
/// - Returns: the mean loss.
func trainEpoch(
    _ network: TapeNetwork, _ batches: Batches, _ optimizer: Optimizer, _ key: Random.Key
) throws -> Double {
    var total = 0.0
    try batches.each(key.permutation(batches.examples.count)) { images, targets in
        let (loss, gradients) = try valueWithGradient(at: network.weights) {
            crossEntropy(targets, network(images))
        }
        try optimizer.apply(gradients, to: network.weights)
        total += Double(loss.scalar) * Double(targets.shape[0])
    }
    return total / Double(batches.examples.count)
}

/// The fraction of images that the network classifies correctly.
func accuracy(_ network: TapeNetwork, _ batches: Batches) throws -> Double {
    var right = 0.0
    try batches.each(Array(0..<batches.examples.count)) { images, targets in
        let hits = cast(argmax(network(images))) .== cast(argmax(targets))
        right += try Double(hits.sum().computedScalars()[0])
    }
    return right / Double(batches.examples.count)
}

/// Trains on Fashion-MNIST, with a fifth of the training images for validation.
func trainWithTape(directory: String, epochs: Int, seed: UInt64) throws {
    let (train, validation) = try FashionMNIST(directory: directory).train
        .trainTestSplit(testSize: 0.2, stratify: true, seed: seed)
    let trainBatches = try Batches(train, size: 128)
    let validationBatches = try Batches(validation, size: 1000)
    let network = TapeNetwork(seed: seed)
    let optimizer = SGD(learningRate: 0.01)
    for epoch in 1...epochs {
        let key = Random.Key(seed: seed, path: "epoch \(epoch)")
        let start = ContinuousClock.now
        let loss = try trainEpoch(network, trainBatches, optimizer, key)
        let speed = Double(train.count) / ((ContinuousClock.now - start) / .seconds(1))
        let part = try accuracy(network, validationBatches)
        print(
            String(
                format: "epoch %d: loss %.4f, %.0f images/s, validation accuracy %.4f",
                epoch, loss, speed, part))
    }
}
