/// Sets a random part of its input to zero while training and scales the rest by 1 / (1 - rate), so
/// that the expected sum stays (Srivastava et al., 2014). Output shape: the input's.
public final class Dropout: ConfigurableLayer {
    public let core: LayerCore
    /// The part set to zero, from 0 to 1.
    public let rate: Float
    /// For each axis of the input, the batch's too, its size or nil; or 1, where what is along it is
    /// kept or set to zero as a whole. Nil for none of these.
    public let noiseShape: [Int?]?

    public init(_ rate: Float, noiseShape: [Int?]? = nil, name: String? = nil) {
        core = LayerCore(name: name)
        self.rate = rate
        self.noiseShape = noiseShape
    }

    public convenience init(configuration: Configuration) throws {
        let noise: [JSON]? = try configuration.optional("noise_shape")
        self.init(
            try configuration.value("rate"),
            noiseShape: try noise?.map { $0 == .null ? nil : try Int(json: $0) },
            name: configuration.name)
    }

    public var configuration: Configuration {
        let noise = noiseShape.map { JSON.array($0.map { $0.map(JSON.integer) ?? .null }) }
        return ["rate": rate, "seed": nil, "noise_shape": noise]
    }

    public func build(_ inputs: [Shape]) throws {
        guard (0...1).contains(rate) else {
            throw StrataError("rate is between 0 and 1. Received: \(rate)")
        }
        guard let noiseShape else { return }
        let axes = zip(noiseShape, inputs[0].dimensions).enumerated()
        let fits = axes.allSatisfy { axis, sizes in
            sizes.0 == nil || sizes.0 == 1 || axis > 0 && sizes.0 == sizes.1
        }
        guard noiseShape.count == inputs[0].rank, fits else {
            throw StrataError(
                "noiseShape has 1, nil or the size for each axis of \(inputs[0]). Received: "
                    + "\(noiseShape.map { $0.map(String.init) ?? "nil" })")
        }
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        guard context.isTraining, rate > 0 else { return x }
        guard rate < 1 else { return x * 0 }
        let noise = noiseShape.map { zip($0, x.shape.dimensions).map { $0 ?? $1 } }
        let kept = context.randomUniform(noise.map { Shape($0) } ?? x.shape) .>= Tensor(rate)
        return x * (kept * (1 / (1 - rate)))
    }
}
