/// The first of its two inputs plus a part of the second, as at the end of Inception-ResNet's blocks
/// (Szegedy et al., 2016, section 3.3); they have one shape (or broadcast to one). Keras has it
/// beside that network, as `CustomScaleLayer`.
public final class ScaledAdd: ConfigurableLayer {
    public static let className = "CustomScaleLayer"
    public let core: LayerCore
    /// The factor of the second input.
    public private(set) var scale: Float

    /// - Parameters:
    ///   - scale: the part of the second input that is added.
    ///   - name: the layer's name; by default one is made from the class.
    public init(_ scale: Float, name: String? = nil) {
        core = LayerCore(name: name)
        self.scale =
            scale
    }

    public static func prototype() -> ScaledAdd { ScaledAdd(1) }

    public static var hyperparameters: [Hyperparameter<ScaledAdd>] { [.required("scale", \.scale)] }

    public func call(_ inputs: [Tensor], _ context: Context) -> [Tensor] {
        guard inputs.count == 2 else {
            return [
                Tensor(
                    error: StrataError("two inputs were expected, but got \(inputs.count)"))
            ]
        }
        return [inputs[0] + inputs[1] * scale]
    }
}
