/// eˣ / Σ eˣ along one or more axes, the last by default. Output shape: the input's.
public final class Softmax: FunctionLayer {
    public let core: LayerCore
    public let axes: [Int]

    /// - Parameter axes: what sums to 1; negative axes count from the end.
    public init(axes: [Int] = [-1], name: String? = nil) {
        core = LayerCore(name: name)
        self.axes = axes
    }

    public convenience init(configuration: Configuration) throws {
        self.init(
            axes: try configuration.value("axis", default: [-1]), name: configuration.name)
    }

    public var configuration: Configuration {
        ["axis": axes.count == 1 ? .integer(axes[0]) : axes.json]
    }

    public var function: @Sendable (Tensor) -> Tensor {
        { [axes] x in
            if axes.map({ $0 < 0 ? $0 + x.rank : $0 }) == [x.rank - 1] { return softmax(x) }
            let e = exp(x - x.max(axes: axes, keepingDimensions: true))
            return e / e.sum(axes: axes, keepingDimensions: true)
        }
    }
}
