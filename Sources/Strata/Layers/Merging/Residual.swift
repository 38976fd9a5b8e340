/// A body of layers and the shortcut around it (He et al., 2016): activation(body(x) + shortcut(x)).
///
/// ```swift
/// Residual(activation: .relu) {
///     Conv2D(64, kernelSize: 3, padding: .same, activation: .relu)
///     Conv2D(64, kernelSize: 3, padding: .same)
/// }
/// ```
/// Input `[batch, height, width, channels]`, output as the body's. The shortcut is the input itself;
/// where the body changes its shape, a 1x1 convolution with the body's stride; or the layers given.
public final class Residual: SerializableLayer {
    public let core: LayerCore
    public let body: [any Layer]
    public let activation: ActivationFunction
    /// Whether a projection is followed by batch normalization, and has no bias.
    public let normalizesProjection: Bool
    /// Empty where the shortcut is the input; made by the first call if it was not given.
    public private(set) var shortcut: [any Layer]?

    public init(
        activation: ActivationFunction = .linear, normalizesProjection: Bool = false,
        shortcut: [any Layer]? = nil, name: String? = nil,
        @LayerListBuilder body: () -> [any Layer]
    ) {
        core = LayerCore(name: name)
        self.activation = activation
        self.normalizesProjection = normalizesProjection
        self.shortcut = shortcut
        self.body = body()
    }

    public static func make(from configuration: Configuration) throws -> Residual {
        func layers(_ list: [JSON]) throws -> [any Layer] {
            try list.map { try LayerRegistry.layer(serialized: $0) }
        }
        let body = try layers(try configuration.value("body"))
        let shortcut: [JSON]? = try configuration.optional("shortcut")
        return Residual(
            activation: try configuration.value("activation", default: .linear),
            normalizesProjection: try configuration.value("normalizes_projection", default: false),
            shortcut: try shortcut.map(layers)
        ) { body }
    }

    public var configuration: Configuration {
        get throws {
            [
                "activation": activation, "normalizes_projection": normalizesProjection,
                "body": try body.map { try $0.serialized() },
                "shortcut": try shortcut.map { try $0.map { try $0.serialized() } },
            ]
        }
    }

    public func call(_ x: Tensor, _ context: Context) -> Tensor {
        let y = body.reduce(x) { $1($0) }
        if y.error != nil { return y }
        if shortcut == nil {
            do {
                shortcut = try projection(from: x.shape, to: y.shape)
            } catch {
                return Tensor(error: StrataError(error))
            }
        }
        return activation(y + shortcut!.reduce(x) { $1($0) })
    }

    private func projection(from x: Shape, to y: Shape) throws -> [any Layer] {
        if x == y { return [] }
        let strides = x.rank == 4 && y.rank == 4 ? [1, 2].map { (x[$0] + y[$0] - 1) / y[$0] } : []
        guard !strides.isEmpty, zip([1, 2], strides).allSatisfy({ (x[$0] - 1) / $1 + 1 == y[$0] })
        else {
            throw StrataError(
                "no 1x1 convolution makes the shortcut of shape \(x) one of the body's shape \(y); "
                    + "give its layers by `shortcut`.")
        }
        let convolution = Conv2D(
            y[3], kernelSize: 1, strides: Pair(strides[0], strides[1]),
            useBias: !normalizesProjection)
        return normalizesProjection ? [convolution, BatchNormalization()] : [convolution]
    }
}
