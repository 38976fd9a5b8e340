/// x · scale + offset, in training and inference alike. Output shape: the input's.
public final class Rescaling: ConfigurableLayer {
    public let core: LayerCore
    /// One number, or one for each index of the last axis.
    public let scale: [Float]
    /// One number, or one for each index of the last axis.
    public let offset: [Float]

    /// Scales all numbers alike.
    public convenience init(_ scale: Float, offset: Float = 0, name: String? = nil) {
        self.init([scale], offset: [offset], name: name)
    }

    /// Scales the last axis's features, or colours, each on its own.
    public init(_ scale: [Float], offset: [Float] = [0], name: String? = nil) {
        core = LayerCore(name: name)
        self.scale = scale
        self.offset = offset
    }

    public convenience init(configuration: Configuration) throws {
        self.init(
            try configuration.value("scale"),
            offset: try configuration.value("offset", default: [0]), name: configuration.name)
    }

    public var configuration: Configuration {
        func written(_ numbers: [Float]) -> JSON {
            numbers.count == 1 ? JSON(numbers[0]) : numbers.json
        }
        return ["scale": written(scale), "offset": written(offset)]
    }

    public func build(_ inputs: [Shape]) throws {
        let features = inputs[0].dimensions.last ?? 1
        guard [scale, offset].allSatisfy({ $0.count == 1 || $0.count == features }) else {
            throw StrataError(
                "one scale and offset, or \(features), were expected. Received: \(scale.count) and "
                    + "\(offset.count)")
        }
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        func tensor(_ numbers: [Float]) -> Tensor {
            numbers.count == 1 ? Tensor(numbers[0]) : Tensor(numbers)
        }
        return x * tensor(scale) + tensor(offset)
    }
}
