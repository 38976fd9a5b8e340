/// What a tensor of a model's definition comes from: a layer call, of which tensors know this much.
package protocol TensorOrigin: AnyObject {
    /// The layer's name and class, for messages.
    var description: String { get }

    /// Makes an operation on tensors of the definition part of it.
    /// - Returns: the results; nil if a definition cannot have the operation.
    func record(_ operation: any Operation, _ inputs: [Tensor]) -> [Tensor]?

    /// Gives up the origin's own inputs, to whoever takes a chain of origins apart.
    func releaseInputs() -> [Tensor]
}

/// What composes layers into operations. Each tensor that is recorded meanwhile knows it.
package protocol Trace: AnyObject {
    /// Whether the composition has ended, and nothing may be recorded in it any more.
    var isFinished: Bool { get }
}
