/// Adds a penalty on its input to the loss, l1 · Σ |x| + l2 · Σ x² of each sample, the mean over the
/// batch, and passes it on.
public final class ActivityRegularization: ConfigurableLayer {
    public let core: LayerCore
    public let l1: Float
    public let l2: Float

    public init(l1: Float = 0, l2: Float = 0, name: String? = nil) {
        core = LayerCore(name: name, activityRegularizer: .l1l2(l1: l1, l2: l2))
        self.l1 = l1
        self.l2 = l2
    }

    public convenience init(configuration: Configuration) throws {
        self.init(
            l1: try configuration.value("l1", default: 0),
            l2: try configuration.value("l2", default: 0), name: configuration.name)
    }

    public var configuration: Configuration { ["l1": l1, "l2": l2] }

    public func call(_ x: Tensor, _ context: Context) -> Tensor { x }
}
