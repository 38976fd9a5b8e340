/// Puts the axes in another order: axis i of the output is axis `dims[i - 1]` of the input, both
/// counted from 1; the batch, axis 0, stays.
public final class Permute: ConfigurableLayer {
    public let core: LayerCore
    /// The axes of the input, counted from 1, in the order of the output.
    public private(set) var dims: [Int]

    /// - Parameters:
    ///   - dims: for each axis of the output, the axis of the input, counted from 1.
    ///   - name: the layer's name; by default one is made from the class.
    public init(_ dims: [Int], name: String? = nil) {
        core = LayerCore(name: name)
        self.dims =
            dims
    }

    public static func prototype() -> Permute { Permute([]) }

    public static var hyperparameters: [Hyperparameter<Permute>] { [.required("dims", \.dims)] }

    public func build(_ inputs: [Shape]) throws {
        guard dims.sorted() == Array(1..<Swift.max(inputs[0].rank, 1)) else {
            throw StrataError(
                "an order of the axes 1 to \(inputs[0].rank - 1) was expected, but got \(dims)")
        }
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor { x.transposed([0] + dims) }
}
