/// Multiplies each channel by a weight of its own (Touvron et al., "Going deeper with Image
/// Transformers", 2021): what ConvNeXt does with the end of each branch. Output shape: the input's.
public final class LayerScale: ConfigurableLayer {
    public let core: LayerCore
    /// The weights' first value.
    public private(set) var initialValue: Float
    /// How many channels the input has.
    public private(set) var channels: Int

    /// The factors; there once the layer has been called.
    public private(set) var gamma: Variable?

    /// - Parameters:
    ///   - channels: the number of input channels.
    ///   - initialValue: the first value of each factor; 1e-6 by default.
    ///   - name: the layer's name; by default one is made from the class.
    public init(_ channels: Int, initialValue: Float = 1e-6, name: String? = nil) {
        core = LayerCore(name: name)
        self.initialValue = initialValue
        self.channels = channels
    }

    public static func prototype() -> LayerScale { LayerScale(0) }

    public static var hyperparameters: [Hyperparameter<LayerScale>] {
        [.required("init_values", \.initialValue), .required("projection_dim", \.channels)]
    }

    public func build(_ inputs: [Shape]) throws {
        guard inputs[0].rank >= 2, inputs[0][-1] == channels else {
            throw StrataError(
                "an input of \(channels) channels was expected, but got \(inputs[0])")
        }
        gamma = addWeight("gamma", shape: [channels], initializer: .constant(initialValue))
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor { gamma.map { x * $0.value } ?? x }
}
