/// What distinguishes the plans of a model.
struct PlanKey: Hashable {
    enum Mode: Hashable {
        case train, test, predict
        /// The gradients of a batch's loss, which changes nothing.
        case gradients

        /// Whether layers compute as in training.
        var isTraining: Bool { self == .train || self == .gradients }
    }
    let mode: Mode
    let batchSize: Int
    /// The data's types, without the number of rows, and how they are read.
    let inputs: [Feed]
    let targets: [Feed]
    /// Nil where all samples count alike.
    let weights: Feed?

    struct Feed: Hashable {
        let type: TensorType
        let isByteSwapped: Bool
        let scale: Float
        /// Whether a batch's rows are gathered from all rows; otherwise they are neighbours, in order.
        let isGathered: Bool

        init(_ samples: Samples, isGathered: Bool) {
            type = TensorType(samples.shape.withoutBatch.batched(0), samples.array.dtype)
            isByteSwapped = samples.array.byteOrderSwapped
            scale = samples.scale
            self.isGathered = isGathered
        }
    }
}
