/// Joins its inputs along one axis, the last by default: `[batch, h, w, c1]` and
/// `[batch, h, w, c2]` to `[batch, h, w, c1 + c2]`. Their shapes are equal elsewhere.
public final class Concatenate: ConfigurableLayer {
    public let core: LayerCore
    public let axis: Int

    /// - Parameter axis: negative axes count from the end.
    public init(axis: Int = -1, name: String? = nil) {
        core = LayerCore(name: name)
        self.axis = axis
    }

    public convenience init(configuration: Configuration) throws {
        self.init(axis: try configuration.value("axis", default: -1), name: configuration.name)
    }

    public var configuration: Configuration { ["axis": axis] }

    public func call(_ inputs: [Tensor], _ context: Context) -> [Tensor] {
        [Tensor.concatenate(inputs, axis: axis)]
    }
}
