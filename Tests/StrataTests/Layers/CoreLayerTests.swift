import Strata
import TestSupport
import Testing

struct CoreLayerTests {
    @Test func dense() throws {
        try checkLayer([[4]], output: [3], parameters: 15) { Dense(3, activation: .sigmoid) }
        try checkLayer([[2, 4]], output: [2, 3], parameters: 12) {
            Dense(
                3, useBias: false, kernelInitializer: .orthogonal(), kernelRegularizer: .l1(),
                activityRegularizer: .l2(0.1), kernelConstraint: .minMaxNorm())
        }
    }

    @Test func identity() throws {
        try checkLayer([[4, 2]], output: [4, 2]) { Identity() }
    }

    @Test func lambda() throws {
        try checkLayer([[4]], output: [2], isConfigurable: false) {
            Lambda { $0.sliced(from: [0, 1], size: [$0.shape[0], 2]) * 2 }
        }
        #expect(throws: StrataError.self) { try Lambda { $0 }.serialized() }
    }

    @Test func pooling() throws {
        try checkLayer([[5, 4, 2]], output: [2, 2, 2]) { MaxPool2D() }
        try checkLayer([[5, 4, 2]], output: [3, 4, 2]) {
            AveragePooling2D(3, strides: [2, 1], padding: .same)
        }
        try checkLayer([[5, 4, 2]], output: [2]) { GlobalAveragePooling2D() }
        try checkLayer([[5, 4, 2]], output: [1, 1, 2]) { GlobalMaxPooling2D(keepDims: true) }
    }

    @Test func inputLayer() throws {
        let layer = InputLayer([3, 4], name: "in")
        let again = try LayerRegistry.layer(serialized: try layer.serialized())
        #expect((again as? InputLayer)?.shape == [3, 4])
        #expect(again.name == "in")
    }

    /// Every registered class is covered by a test of this folder through its own name.
    @Test func theRegistryKnowsItsClasses() {
        #expect(LayerRegistry.classNames.count == Set(LayerRegistry.classNames).count)
        #expect(LayerRegistry.classNames.contains("MaxPooling2D"))
    }

    @Test func whatCannotBeMade() throws {
        func message(_ text: String) throws -> String {
            let json = try JSON(parsing: text)
            return errorMessage { _ = try LayerRegistry.layer(serialized: json) }
        }
        #expect(
            try message(#"{"class_name": "LSTM", "config": {}}"#)
                == "The layer class LSTM is not known.")
        #expect(
            try message(#"{"class_name": "Dense", "config": {"name": "d"}}"#)
                == "Layer d (Dense): the configuration needs a value for 'units'")
        #expect(
            try message(#"{"class_name": "Dense", "config": {"name": "d", "units": "3"}}"#)
                == "Layer d (Dense): in the configuration, 'units': a whole number was expected, "
                + #"but got "3""#)
        #expect(
            try message(
                #"{"class_name": "Flatten", "config": {"name": "f", "data_format": "channels_first"}}"#
            ).contains("channels_last"))
        #expect(
            try message(
                #"{"class_name": "Activation", "config": {"name": "a", "activation": "nonsense"}}"#
            ).contains("nonsense"))
        #expect(try message("[]").contains("serialized layer"))
    }
}
