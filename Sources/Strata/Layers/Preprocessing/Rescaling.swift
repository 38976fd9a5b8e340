/// x · scale + offset, in training and inference alike. Output shape: the input's.
public final class Rescaling: ConfigurableLayer {
    public let core: LayerCore
    /// One number, or one for each index of the last axis.
    public private(set) var scale: [Float]
    /// One number, or one for each index of the last axis.
    public private(set) var offset: [Float]

    /// Scales all numbers alike.
    /// - Parameters:
    ///   - scale: what the input is multiplied by: one number, or one for each index of the last
    ///     axis.
    ///   - offset: what is added: one number, or one for each index of the last axis; 0 by default.
    ///   - name: the layer's name; by default one is made from the class.
    public convenience init(_ scale: Float, offset: Float = 0, name: String? = nil) {
        self.init([scale], offset: [offset], name: name)
    }

    /// Scales the last axis's features, or colours, each on its own.
    /// - Parameters:
    ///   - scale: what the input is multiplied by: one number, or one for each index of the last
    ///     axis.
    ///   - offset: what is added: one number, or one for each index of the last axis; 0 by default.
    ///   - name: the layer's name; by default one is made from the class.
    public init(_ scale: [Float], offset: [Float] = [0], name: String? = nil) {
        core = LayerCore(name: name)
        self.scale = scale
        self.offset = offset
    }

    public static func prototype() -> Rescaling { Rescaling(1) }

    public static var hyperparameters: [Hyperparameter<Rescaling>] {
        [.required("scale", \.scale.oneOrMany), .value("offset", \.offset.oneOrMany)]
    }

    public func build(_ inputs: [Shape]) throws {
        let features = inputs[0].dimensions.last ?? 1
        guard [scale, offset].allSatisfy({ $0.count == 1 || $0.count == features }) else {
            throw StrataError(
                "one scale and offset, or \(features), were expected, but got \(scale.count) and "
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
