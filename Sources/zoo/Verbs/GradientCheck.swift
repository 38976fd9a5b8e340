import Foundation
import Strata

extension CommandLineTool {
    static let gradientCheck = Verb(
        "gradient-check", .required("MODEL"),
        purpose: "Compares computed gradients with central differences.",
        options: NamedModel.options + [
            Options.checkedImages, Options.checkedNumbers, Options.step,
            Options.initializer, Options.initialDeviation, Options.seed,
        ],
        remarks: """
            For each weight: how many of its numbers were checked, the mean size of their gradients, and the
            mean absolute difference of these from (loss(w + h) - loss(w - h)) / 2h. The images are random.
            Losses are float32: differences of about 1e-7 / h are rounding, and larger ones are rare where
            no ReLU or maximum changes sides.
            """
    ) { arguments in
        let named = try arguments.model()
        let check = try GradientCheck(
            named, batchSize: arguments[Options.checkedImages] ?? 2,
            seed: arguments[Options.seed] ?? 0)
        let count = arguments[Options.checkedNumbers] ?? 100
        let head = ["WEIGHT", "SHAPE", "CHECKED", "GRADIENT", "DIFFERENCE"]
        let rows = try named.model.namedWeights.filter(\.variable.isTrainable).map { path, weight in
            let result = try check.run(
                weight, path, count: count, step: arguments[Options.step] ?? 1e-3)
            return [
                path, weight.shape.description,
                "\(grouped(result.checked)) of \(grouped(weight.shape.count))",
                String(format: "%.2e", result.gradient),
                String(format: "%.2e", result.difference),
            ]
        }
        print(aligned([head] + rows, right: [2, 3, 4]))
    }
}

/// The loss of a model on one random batch, and its gradients.
private struct GradientCheck {
    private let model: Model
    private let x: Tensor
    private let y: Tensor
    private let loss: Loss
    private let seed: UInt64

    init(_ named: NamedModel, batchSize: Int, seed: UInt64) throws {
        model = named.model
        self.seed = seed
        loss = named.recipe.loss
        if let error = model.error { throw error }
        try named.checkRows()
        guard model.outputs.count == 1 else {
            throw StrataError(
                "A gradient check needs a model with one output, but \(named.name) has "
                    + "\(model.outputs.count).")
        }
        let shape = model.inputs[0].shape.withoutBatch.batched(batchSize)
        x = Tensor(randomUniform: shape, seed: seed)
        // A class for each prediction, in every pixel if that is what the model tells.
        let predictions = model.outputs[0].shape
        let targets = Shape([batchSize] + predictions.dimensions.dropFirst().dropLast())
        let key = Random.Key(seed: seed, path: "labels")
        y = Tensor(
            shape: targets,
            scalars: (0..<targets.count).map {
                Float(key.bits($0) % UInt64(predictions[-1]))
            })
        _ = try x.computedScalars()
    }

    private func value() -> Tensor { loss(y, model(x)) }

    /// The mean size of the gradients of `count` numbers of a weight, and their mean distance from
    /// central differences.
    func run(
        _ weight: Variable, _ path: String, count: Int, step: Float
    ) throws -> (checked: Int, gradient: Double, difference: Double) {
        let gradient = try valueWithGradient(at: [weight], value).gradients[0].computedScalars()
        let order = Random.Key(seed: seed, path: path).permutation(gradient.count)
        let positions = Array(order.prefix(count))
        let numerical = try centralDifferences(
            of: value, wrt: weight, positions: positions, step: step)
        func mean(_ numbers: [Double]) -> Double {
            numbers.reduce(0) { $0 + Swift.abs($1) } / Double(max(1, numbers.count))
        }
        let exact = positions.map { Double(gradient[$0]) }
        return (
            positions.count, mean(exact), mean(zip(exact, numerical).map { $0 - Double($1) })
        )
    }
}
