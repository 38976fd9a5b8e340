/// Mirrors a random half of the images while training, others each step.
///
/// Input and output `[batch, height, width, channels]`.
public final class RandomFlip: ConfigurableLayer {
    /// The directions of flips.
    public enum Mode: String, CaseIterable, ConfigurationValue, Hashable, Sendable {
        /// Left and right change places.
        case horizontal
        /// Top and bottom change places.
        case vertical
        /// Both, independently.
        case horizontalAndVertical = "horizontal_and_vertical"
    }

    public let core: LayerCore
    /// The directions in which images are flipped.
    public private(set) var mode: Mode

    /// - Parameters:
    ///   - mode: which sides change places; both, independently, by default.
    ///   - name: the layer's name; by default one is made from the class.
    public init(_ mode: Mode = .horizontalAndVertical, name: String? = nil) {
        core = LayerCore(name: name)
        self.mode = mode
    }

    public static func prototype() -> RandomFlip { RandomFlip() }

    public static var hyperparameters: [Hyperparameter<RandomFlip>] {
        [.fixed("data_format", "channels_last"), .ignored("seed"), .value("mode", \.mode)]
    }

    public func build(_ inputs: [Shape]) throws { _ = try ConvolutionChecks.channels(inputs) }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        guard context.isTraining else { return x }
        func axis(_ flips: Bool, _ size: Int) -> (start: Tensor, step: Tensor) {
            guard flips else { return (Tensor(0), Tensor(1)) }
            let flipped = context.randomUniform([x.shape[0], 1]) .< 0.5
            return (flipped * Float(size), 1 - flipped * 2)
        }
        return resample2D(
            x, size: [x.shape[1], x.shape[2]], rows: axis(mode != .horizontal, x.shape[1]),
            columns: axis(mode != .vertical, x.shape[2]), interpolation: .nearest,
            border: .nearest)
    }
}
