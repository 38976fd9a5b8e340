/// What distinguishes the plans of a model.
struct PlanKey: Hashable {
    enum Mode: Hashable { case train, test, predict }
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
        /// Whether rows are read where they lie, one after the other, without a copy.
        let isDirect: Bool

        init(_ samples: Samples, inOrder: Bool) {
            var type = samples.type
            type.shape[0] = 0
            self.type = type
            isByteSwapped = samples.isByteSwapped
            scale = samples.scale
            isDirect = inOrder && samples.isReady
        }
    }
}
