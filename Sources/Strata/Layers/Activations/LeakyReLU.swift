/// x where positive, otherwise slope · x (Maas et al., 2013). Output shape: the input's.
///
/// As in Keras, the layer's slope is 0.3 by default where the function's is 0.2.
public final class LeakyReLU: FunctionLayer {
    public let core: LayerCore
    public private(set) var negativeSlope: Float

    /// - Parameters:
    ///   - negativeSlope: the slope for negative numbers; 0.3 by default.
    ///   - name: the layer's name; by default one is made from the class.
    public init(negativeSlope: Float = 0.3, name: String? = nil) {
        core = LayerCore(name: name)
        self.negativeSlope = negativeSlope
    }

    public static func prototype() -> LeakyReLU { LeakyReLU() }

    public static var hyperparameters: [Hyperparameter<LeakyReLU>] {
        [.value("negative_slope", \.negativeSlope)]
    }

    public var function: @Sendable (Tensor) -> Tensor {
        { [negativeSlope] in leakyReLU($0, negativeSlope: negativeSlope) }
    }
}
