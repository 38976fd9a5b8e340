/// Joins all axes but the batch: `[batch, …]` to `[batch, features]`.
public final class Flatten: ConfigurableLayer {
    public let core: LayerCore

    public init(name: String? = nil) { core = LayerCore(name: name) }

    public convenience init(configuration: Configuration) throws {
        self.init(name: configuration.name)
    }

    public var configuration: Configuration { ["data_format": "channels_last"] }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        guard x.rank > 0 else {
            return Tensor(
                error: StrataError(
                    "an input of shape [batch, …] was expected. Received: \(x.shape)"))
        }
        return x.reshaped(to: [x.shape[0], x.shape.withoutBatch.count])
    }
}
