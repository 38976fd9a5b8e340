/// The first of its two inputs plus a part of the second, as at the end of Inception-ResNet's blocks
/// (Szegedy et al., 2016, section 3.3); they have one shape (or broadcast to one). Keras has it
/// beside that network, as `CustomScaleLayer`.
public final class ScaledAdd: ConfigurableLayer {
    public static let className = "CustomScaleLayer"
    public let core: LayerCore
    public let scale: Float

    public init(_ scale: Float, name: String? = nil) {
        core = LayerCore(name: name)
        self.scale = scale
    }

    public convenience init(configuration: Configuration) throws {
        self.init(try configuration.value("scale"), name: configuration.name)
    }

    public var configuration: Configuration { ["scale": scale] }

    public func call(_ inputs: [Tensor], _ context: Context) -> [Tensor] {
        guard inputs.count == 2 else {
            return [
                Tensor(
                    error: StrataError("two inputs were expected. Received: \(inputs.count)"))
            ]
        }
        return [inputs[0] + inputs[1] * scale]
    }
}
