/// A convolution of images with a kernel per filter: activation(x ∗ kernel + bias).
///
/// Input `[batch, height, width, channels]`, output `[batch, new height, new width, filters]`. With
/// `.same` padding the new height is `ceil(height / stride)`, with `.valid` padding
/// `floor((height - dilation · (kernel - 1) - 1) / stride) + 1`.
public final class Conv2D: Layer {
    public let core: LayerCore
    public let filters: Int
    public let kernelSize: [Int]
    public let strides: [Int]
    public let padding: Padding
    public let dilation: [Int]
    public let groups: Int
    public let activation: ActivationFunction
    public let usesBias: Bool
    public let kernelInitializer: Initializer
    public let biasInitializer: Initializer

    /// `[height, width, channels / groups, filters]`; there once the layer has been called.
    public private(set) var kernel: Variable!
    /// `[filters]`, if the layer uses a bias.
    public private(set) var bias: Variable?

    /// - Parameters:
    ///   - filters: the number of output channels.
    ///   - kernelSize: height and width of the window; one number for both.
    ///   - strides: the window's steps down and to the right, 1 by default.
    ///   - padding: `.valid` (none) by default.
    ///   - dilation: distances between the window's cells, 1 by default.
    ///   - groups: how many groups the channels are cut into, each convolved with its own filters.
    public init(
        _ filters: Int, kernelSize: Pair, strides: Pair = 1, padding: Padding = .valid,
        dilation: Pair = 1, groups: Int = 1, activation: ActivationFunction = .linear,
        usesBias: Bool = true, kernelInitializer: Initializer = .glorotUniform,
        biasInitializer: Initializer = .zeros, name: String? = nil
    ) {
        core = LayerCore(name: name)
        self.filters = filters
        self.kernelSize = kernelSize.values
        self.strides = strides.values
        self.padding = padding
        self.dilation = dilation.values
        self.groups = groups
        self.activation = activation
        self.usesBias = usesBias
        self.kernelInitializer = kernelInitializer
        self.biasInitializer = biasInitializer
    }

    public func build(_ inputs: [Shape]) throws {
        guard inputs.count == 1, inputs[0].rank == 4 else {
            throw StrataError(
                "images of shape [batch, height, width, channels] were expected. Received: "
                    + inputs.map(\.description).joined(separator: " and "))
        }
        guard filters > 0, (kernelSize + strides + dilation).allSatisfy({ $0 > 0 }), groups > 0
        else {
            throw StrataError(
                "filters, kernelSize, strides, dilation and groups are at least 1. Received: "
                    + "\(filters), \(kernelSize), \(strides), \(dilation) and \(groups)")
        }
        guard strides == [1, 1] || dilation == [1, 1] else {
            throw StrataError(
                "strides and dilation cannot both be more than 1. Received: \(strides) and \(dilation)"
            )
        }
        let channels = inputs[0][3]
        guard channels % groups == 0, filters % groups == 0 else {
            throw StrataError(
                "the \(channels) input channels and the \(filters) filters must both be divisible by "
                    + "groups. Received: groups \(groups)")
        }
        let shape: Shape = [kernelSize[0], kernelSize[1], channels / groups, filters]
        kernel = addWeight("kernel", shape: shape, initializer: kernelInitializer)
        if usesBias { bias = addWeight("bias", shape: [filters], initializer: biasInitializer) }
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        var y = conv2D(
            x, kernel.value, strides: strides, padding: padding, dilation: dilation, groups: groups)
        if let bias { y = y + bias.value }
        return activation(y)
    }
}
