/// What all convolution layers share: a window that moves over the input, groups of channels, a bias
/// and an activation. `Size` is a number for each axis that the window moves along: ``Pair`` for images.
public class ConvolutionLayer<Size: WindowSize> {
    public let core: LayerCore
    /// The number of output channels. A depthwise convolution's follows from its input.
    public internal(set) var filters: Int
    /// The size of the window.
    public internal(set) var kernelSize: Size
    /// The steps of the window along each axis.
    public internal(set) var strides: Size
    /// How the borders are padded with zeros.
    public internal(set) var padding: Padding
    /// The distance between neighbouring cells of the window along each axis.
    public internal(set) var dilationRate: Size
    /// The number of groups the channels are cut into, each convolved with its own filters.
    public internal(set) var groups: Int
    /// The function applied to the output.
    public internal(set) var activation: ActivationFunction
    /// Whether a bias is added to each output channel.
    public internal(set) var useBias: Bool
    /// Initializer, regularizer and constraint of the kernel.
    public internal(set) var kernelOptions: WeightOptions
    /// Initializer, regularizer and constraint of the bias.
    public internal(set) var biasOptions: WeightOptions

    /// The kernel; there once the layer has been called.
    public internal(set) var kernel: Variable!
    /// `[filters]`, if the layer uses a bias.
    public internal(set) var bias: Variable?

    init(
        _ core: LayerCore, filters: Int, kernelSize: Size, strides: Size, padding: Padding,
        dilationRate: Size, groups: Int = 1, activation: ActivationFunction, useBias: Bool,
        kernel: WeightOptions, bias: WeightOptions
    ) {
        self.core = core
        self.filters = filters
        self.kernelSize = kernelSize
        self.strides = strides
        self.padding = padding
        self.dilationRate = dilationRate
        self.groups = groups
        self.activation = activation
        self.useBias = useBias
        kernelOptions = kernel
        biasOptions = bias
    }

    /// Checks the settings that all convolutions share.
    /// - Parameter more: sizes that only this one has, by their names.
    /// - Returns: the number of input channels.
    func checkedChannels(
        _ inputs: [Shape], _ more: KeyValuePairs<String, [Int]> = [:]
    ) throws -> Int {
        let channels = try ConvolutionChecks.channels(inputs, axes: kernelSize.values.count)
        try ConvolutionChecks.positive(
            [
                ("filters", [filters]), ("kernelSize", kernelSize.values),
                ("strides", strides.values),
            ]
                + [("dilationRate", dilationRate.values), ("groups", [groups])]
                + more.map { ($0, $1) })
        guard strides.values.allSatisfy({ $0 == 1 }) || dilationRate.values.allSatisfy({ $0 == 1 })
        else {
            throw StrataError(
                "strides and dilationRate cannot both be more than 1, but got \(strides.values) "
                    + "and \(dilationRate.values)")
        }
        return channels
    }

    /// Declares the kernel, whose last two axes have the given sizes, and the bias.
    func addWeights(_ inputs: Int, _ outputs: Int) {
        let shape = Shape(kernelSize.values + [inputs, outputs])
        kernel = core.addWeight("kernel", shape: shape, kernelOptions)
        addBias()
    }

    func addBias() {
        if useBias { bias = core.addWeight("bias", shape: [filters], biasOptions) }
    }

    /// The output: bias and activation after the convolution itself.
    func finished(_ y: Tensor) -> Tensor { activation(bias.map { y + $0.value } ?? y) }
}

extension Configurable {
    /// What files keep of every convolution.
    /// - Parameters:
    ///   - special: what they keep of this one beside it.
    ///   - kernels: the names of its kernels and the properties that hold their options.
    static func convolution<Size>(
        _ special: [Hyperparameter<Self>],
        kernels: [(String, WritableKeyPath<Self, WeightOptions>)]
    ) -> [Hyperparameter<Self>] where Self: ConvolutionLayer<Size> {
        let window: [Hyperparameter<Self>] = [
            .required("kernel_size", \.kernelSize), .value("strides", \.strides),
            .value("padding", \.padding), .fixed("data_format", "channels_last"),
            .value("dilation_rate", \.dilationRate), .value("activation", \.activation),
            .value("use_bias", \.useBias),
        ]
        return special + window
            + .weights(
                kernels + [("bias", \.biasOptions)],
                activityRegularizer: \.core.activityRegularizer)
    }
}

/// A number for each axis that a window moves along.
public protocol WindowSize: ConfigurationValue, Hashable, Sendable {
    /// The numbers, first that of the first axis.
    var values: [Int] { get }
}

extension Pair: WindowSize {}
