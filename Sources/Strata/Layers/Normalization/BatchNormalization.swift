/// Gives each channel mean 0 and variance 1 over the batch, then scales and shifts it:
/// γ · (x - mean) / √(variance + ε) + β (Ioffe and Szegedy, 2015).
///
/// Training uses the batch's own (biased) moments and updates moving averages; inference uses those,
/// as does training when the layer is frozen (`isTrainable` false). Output shape: the input's.
public final class BatchNormalization: Layer {
    public let core: LayerCore
    /// moving = moving · momentum + batch · (1 - momentum)
    public let momentum: Float
    public let epsilon: Float
    public let centers: Bool
    public let scales: Bool

    /// The learned scale and shift and the moving averages, all `[channels]`; there once the layer
    /// has been called.
    public private(set) var gamma: Variable?
    public private(set) var beta: Variable?
    public private(set) var movingMean: Variable!
    public private(set) var movingVariance: Variable!

    public init(
        momentum: Float = 0.99, epsilon: Float = 0.001, centers: Bool = true, scales: Bool = true,
        name: String? = nil
    ) {
        core = LayerCore(name: name)
        self.momentum = momentum
        self.epsilon = epsilon
        self.centers = centers
        self.scales = scales
    }

    public func build(_ inputs: [Shape]) throws {
        guard let shape = inputs.first, shape.rank >= 2 else {
            throw StrataError(
                "an input of shape [batch, …, channels] was expected. Received: \(inputs[0])")
        }
        let channels: Shape = [shape[-1]]
        if scales { gamma = addWeight("gamma", shape: channels, initializer: .ones) }
        if centers { beta = addWeight("beta", shape: channels, initializer: .zeros) }
        movingMean = addWeight(
            "moving_mean", shape: channels, initializer: .zeros, isTrainable: false)
        movingVariance = addWeight(
            "moving_variance", shape: channels, initializer: .ones, isTrainable: false)
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        guard context.isTraining, isTrainable else {
            // One multiplication and one addition, which a convolution before takes into its kernel.
            let scale = scale(movingVariance.value)
            let shift =
                beta.map { $0.value - movingMean.value * scale } ?? -(movingMean.value * scale)
            return x * scale + shift
        }
        let batch = moments(x)
        func moved(_ moving: Variable, _ value: Tensor) -> Tensor {
            moving.value * momentum + value * (1 - momentum)
        }
        context.update(movingMean, to: moved(movingMean, batch.mean))
        context.update(movingVariance, to: moved(movingVariance, batch.variance))
        let normalized = (x - batch.mean) * scale(batch.variance)
        return beta.map { normalized + $0.value } ?? normalized
    }

    private func scale(_ variance: Tensor) -> Tensor {
        let inverse = rsqrt(variance + epsilon)
        return gamma.map { inverse * $0.value } ?? inverse
    }
}
