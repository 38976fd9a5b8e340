import Strata
import TestSupport
import Testing

/// The example of AddingALayer.md: x · γ with a learned γ for each channel (Touvron et al., 2021).
private final class OwnScale: ConfigurableLayer {
    let core: LayerCore
    private(set) var initialValue: Float

    private(set) var gamma: Variable!

    init(_ initialValue: Float = 1e-5, name: String? = nil) {
        core = LayerCore(name: name)
        self.initialValue = initialValue
    }

    static func prototype() -> OwnScale { OwnScale() }

    static var hyperparameters: [Hyperparameter<OwnScale>] {
        [.value("init_values", \.initialValue)]
    }

    func build(_ inputs: [Shape]) throws {
        guard inputs[0].rank >= 2 else {
            throw StrataError(
                "an input of shape [batch, …, channels] was expected, but got \(inputs[0])")
        }
        gamma = addWeight("gamma", shape: [inputs[0][-1]], initializer: .constant(initialValue))
    }

    func call(_ x: Tensor, _ context: Context) -> Tensor { x * gamma.value }
}

struct CustomLayerTests {
    @Test func layerScale() throws {
        try checkLayer([[3, 2, 4]], output: [3, 2, 4], parameters: 4, isConfigurable: false) {
            OwnScale(0.5)
        }
    }

    @Test func aLayerOfYourOwnIsReadAgain() throws {
        let serialized = try OwnScale(0.5, name: "scale").serialized()
        let again = try LayerRegistry.layer(serialized: serialized, custom: [OwnScale.self])
        #expect(again.name == "scale")
        #expect((again as? OwnScale)?.initialValue == 0.5)
        let error = errorMessage {
            _ = try LayerRegistry.layer(serialized: serialized)
        }
        #expect(error == "The layer class OwnScale is not known.")
    }
}
