/// Joins all axes but the batch: `[batch, …]` to `[batch, features]`.
public final class Flatten: ConfigurableLayer {
    public let core: LayerCore

    /// - Parameter name: the layer's name; by default one is made from the class.
    public init(name: String? = nil) { core = LayerCore(name: name) }

    public static func prototype() -> Flatten { Flatten() }

    public static var hyperparameters: [Hyperparameter<Flatten>] {
        [.fixed("data_format", "channels_last")]
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        guard x.rank > 0 else {
            return Tensor(
                error: StrataError(
                    "an input of shape [batch, …] was expected, but got \(x.shape)"))
        }
        return x.reshaped(to: [x.shape[0], x.shape.withoutBatch.count])
    }
}
