/// The same numbers under another shape: `[batch, …]` to `[batch] + target`.
///
/// One size of the target may be -1, which stands for whatever is left.
public final class Reshape: ConfigurableLayer {
    public let core: LayerCore
    /// The shape of one sample, without the batch.
    public let target: [Int]

    public init(_ target: [Int], name: String? = nil) {
        core = LayerCore(name: name)
        self.target = target
    }

    public convenience init(configuration: Configuration) throws {
        self.init(try configuration.value("target_shape"), name: configuration.name)
    }

    public var configuration: Configuration { ["target_shape": target] }

    public func build(_ inputs: [Shape]) throws {
        let known = target.filter { $0 != -1 }
        guard inputs[0].isKnown else { return }
        let count = inputs[0].withoutBatch.count
        let product = Shape(known).count
        guard known.count + 1 >= target.count, known.allSatisfy({ $0 > 0 }),
            known.count == target.count ? product == count : count % product == 0
        else {
            throw StrataError(
                "a target of \(count) elements was expected, in which one size may be -1. "
                    + "Received: \(target)")
        }
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        let rest = x.shape.withoutBatch.count / target.filter { $0 != -1 }.reduce(1, *)
        return x.reshaped(to: Shape([x.shape[0]] + target.map { $0 == -1 ? rest : $0 }))
    }
}
