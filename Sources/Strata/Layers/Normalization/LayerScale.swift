/// Multiplies each channel by a weight of its own (Touvron et al., "Going deeper with Image
/// Transformers", 2021): what ConvNeXt does with the end of each branch. Output shape: the input's.
public final class LayerScale: ConfigurableLayer {
    public let core: LayerCore
    /// The weights' first value.
    public let initialValue: Float
    /// How many channels the input has.
    public let channels: Int

    public private(set) var gamma: Variable?

    public init(_ channels: Int, initialValue: Float = 1e-6, name: String? = nil) {
        core = LayerCore(name: name)
        self.initialValue = initialValue
        self.channels = channels
    }

    public convenience init(configuration: Configuration) throws {
        self.init(
            try configuration.value("projection_dim"),
            initialValue: try configuration.value("init_values"), name: configuration.name)
    }

    public var configuration: Configuration {
        ["init_values": initialValue, "projection_dim": channels]
    }

    public func build(_ inputs: [Shape]) throws {
        guard inputs[0].rank >= 2, inputs[0][-1] == channels else {
            throw StrataError(
                "an input of \(channels) channels was expected. Received: \(inputs[0])")
        }
        gamma = addWeight("gamma", shape: [channels], initializer: .constant(initialValue))
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor { gamma.map { x * $0.value } ?? x }
}
