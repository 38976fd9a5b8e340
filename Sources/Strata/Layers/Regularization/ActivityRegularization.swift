/// Adds a penalty on its input to the loss, l1 · Σ |x| + l2 · Σ x² of each sample, the mean over the
/// batch, and passes it on.
public final class ActivityRegularization: ConfigurableLayer {
    public let core: LayerCore
    /// The factor of Σ |x|.
    public private(set) var l1: Float { didSet { penalize() } }
    /// The factor of Σ x².
    public private(set) var l2: Float { didSet { penalize() } }

    /// - Parameters:
    ///   - l1: the factor of Σ |x|; 0 by default.
    ///   - l2: the factor of Σ x²; 0 by default.
    ///   - name: the layer's name; by default one is made from the class.
    public init(l1: Float = 0, l2: Float = 0, name: String? = nil) {
        core = LayerCore(name: name)
        self.l1 = l1
        self.l2 = l2
        penalize()
    }

    private func penalize() { core.activityRegularizer = .l1l2(l1: l1, l2: l2) }

    public static func prototype() -> ActivityRegularization { ActivityRegularization() }

    public static var hyperparameters: [Hyperparameter<ActivityRegularization>] {
        [.value("l1", \.l1), .value("l2", \.l2)]
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor { x }
}
