/// x where positive, otherwise slope · x (Maas et al., 2013). Output shape: the input's.
///
/// As in Keras, the layer's slope is 0.3 by default where the function's is 0.2.
public final class LeakyReLU: FunctionLayer {
    public let core: LayerCore
    public let negativeSlope: Float

    public init(negativeSlope: Float = 0.3, name: String? = nil) {
        core = LayerCore(name: name)
        self.negativeSlope = negativeSlope
    }

    public convenience init(configuration: Configuration) throws {
        self.init(
            negativeSlope: try configuration.value("negative_slope", default: 0.3),
            name: configuration.name)
    }

    public var configuration: Configuration { ["negative_slope": negativeSlope] }

    public var function: @Sendable (Tensor) -> Tensor {
        { [negativeSlope] in leakyReLU($0, negativeSlope: negativeSlope) }
    }
}
