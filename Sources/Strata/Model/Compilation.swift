/// What `compile` was given.
package struct Compilation {
    package let optimizer: Optimizer
    package let loss: Loss
    package let metrics: [Metric]

    /// The names of the numbers that a step gives.
    package var names: [String] { ["loss"] + metrics.map(\.name) }

    /// The loss of a batch, penalties included, and for each metric the mean over the batch.
    func objective(
        _ targets: [Tensor], _ predictions: [Tensor], _ weights: Tensor?, _ penalties: [Tensor]
    ) throws -> (loss: Tensor, metrics: [Tensor]) {
        guard targets.count == 1, predictions.count == 1 else {
            throw StrataError(
                "One output was expected. Received: a model with \(predictions.count)")
        }
        let target = try conform(targets[0], to: predictions[0])
        var values = loss.values(target, predictions[0])
        if let error = values.error { throw error }
        if let weights {
            // Each sample's weight goes to all its positions; the mean still counts every position.
            let column = [values.shape[0]] + [Int](repeating: 1, count: values.rank - 1)
            values = values * weights.reshaped(to: Shape(column))
        }
        let total = penalties.reduce(values.mean(), +)
        let means = metrics.map { $0.values(target, predictions[0]).mean() }
        if let error = means.lazy.compactMap(\.error).first { throw error }
        return (total, means)
    }

    /// Targets `[batch]` for predictions `[batch, 1]` get the missing axis, as in Keras. Others of
    /// another rank are refused, for they might be broadcast along the wrong axes.
    private func conform(_ target: Tensor, to prediction: Tensor) throws -> Tensor {
        if loss.isSparse || target.rank == prediction.rank { return target }
        guard target.rank + 1 == prediction.rank, prediction.shape[-1] == 1 else {
            throw StrataError(
                "The loss \(loss.name) needs targets of shape \(prediction.shape), as predictions are. "
                    + "Received: \(target.shape)")
        }
        return target.reshaped(to: prediction.shape)
    }
}

extension Model {
    static var notCompiled: StrataError {
        StrataError("The model has not been compiled: call compile(optimizer:loss:metrics:) first.")
    }

    /// Chooses how the model is trained.
    /// - Parameters:
    ///   - optimizer: how weights are changed, ``RMSprop`` by default as in Keras.
    ///   - loss: what training makes small.
    ///   - metrics: what is reported beside the loss.
    /// - Throws: what is wrong with the model's definition, if anything is.
    public func compile(
        optimizer: Optimizer = RMSprop(), loss: Loss, metrics: [Metric] = []
    ) throws {
        if let error { throw error }
        compilation = Compilation(optimizer: optimizer, loss: loss, metrics: metrics)
        plans = [:]
    }
}
