/// The same numbers under another shape: `[batch, …]` to `[batch] + target`.
///
/// One size of the target may be -1, which stands for whatever is left.
public final class Reshape: ConfigurableLayer {
    public let core: LayerCore
    /// The shape of one sample, without the batch.
    public private(set) var targetShape: [Int]

    /// - Parameters:
    ///   - targetShape: the shape of one sample, without the batch; one of its sizes may be -1.
    ///   - name: the layer's name; by default one is made from the class.
    public init(_ targetShape: [Int], name: String? = nil) {
        core = LayerCore(name: name)
        self.targetShape = targetShape
    }

    public static func prototype() -> Reshape { Reshape([]) }

    public static var hyperparameters: [Hyperparameter<Reshape>] {
        [.required("target_shape", \.targetShape)]
    }

    public func build(_ inputs: [Shape]) throws {
        let known = targetShape.filter { $0 != -1 }
        guard inputs[0].isKnown else { return }
        let count = inputs[0].withoutBatch.count
        let product = Shape(known).count
        guard known.count + 1 >= targetShape.count, known.allSatisfy({ $0 > 0 }),
            known.count == targetShape.count ? product == count : count % product == 0
        else {
            throw StrataError(
                "a target of \(count) elements was expected, in which one size may be -1, "
                    + "but got \(targetShape)")
        }
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        let rest = x.shape.withoutBatch.count / targetShape.filter { $0 != -1 }.reduce(1, *)
        return x.reshaped(to: Shape([x.shape[0]] + targetShape.map { $0 == -1 ? rest : $0 }))
    }
}
