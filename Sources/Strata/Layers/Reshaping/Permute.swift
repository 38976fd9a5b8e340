/// Puts the axes in another order: axis i of the output is axis `order[i - 1]` of the input, both
/// counted from 1; the batch, axis 0, stays.
public final class Permute: ConfigurableLayer {
    public let core: LayerCore
    public let order: [Int]

    public init(_ order: [Int], name: String? = nil) {
        core = LayerCore(name: name)
        self.order = order
    }

    public convenience init(configuration: Configuration) throws {
        self.init(try configuration.value("dims"), name: configuration.name)
    }

    public var configuration: Configuration { ["dims": order] }

    public func build(_ inputs: [Shape]) throws {
        guard order.sorted() == Array(1..<Swift.max(inputs[0].rank, 1)) else {
            throw StrataError(
                "an order of the axes 1 to \(inputs[0].rank - 1) was expected. Received: \(order)")
        }
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor { x.transposed([0] + order) }
}
