/// The layers that files can name, by Keras's class names.
public enum LayerRegistry {
    /// Adding a layer adds a line here.
    private static var builtIn: [any SerializableLayer.Type] {
        [
            Activation.self,
            ActivityRegularization.self,
            Add.self,
            AlphaDropout.self,
            Average.self,
            AveragePooling2D.self,
            BatchNormalization.self,
            CenterCrop.self,
            Concatenate.self,
            Conv2D.self,
            Conv2DTranspose.self,
            Cropping2D.self,
            Dense.self,
            DepthwiseConv2D.self,
            Dropout.self,
            ELU.self,
            Flatten.self,
            GaussianDropout.self,
            GaussianNoise.self,
            GlobalAveragePooling2D.self,
            GlobalMaxPooling2D.self,
            GroupNormalization.self,
            Identity.self,
            InputLayer.self,
            LayerNormalization.self,
            LayerScale.self,
            LeakyReLU.self,
            LocalResponseNormalization.self,
            Maximum.self,
            MaxPooling2D.self,
            Minimum.self,
            Model.self,
            Multiply.self,
            Normalization.self,
            Permute.self,
            PReLU.self,
            RandomBrightness.self,
            RandomContrast.self,
            RandomCrop.self,
            RandomFlip.self,
            RandomRotation.self,
            RandomTranslation.self,
            RandomZoom.self,
            ReLU.self,
            Rescaling.self,
            Reshape.self,
            Residual.self,
            Resizing.self,
            ScaledAdd.self,
            SeparableConv2D.self,
            Sequential.self,
            Softmax.self,
            SpatialDropout2D.self,
            StochasticDepth.self,
            Subtract.self,
            UpSampling2D.self,
            ZeroPadding2D.self,
        ]
    }

    /// The classes that Keras does not have.
    private static let ownClassNames: Set<String> = [
        LocalResponseNormalization.className, Residual.className,
    ]

    /// Whether Keras has the layer; a file says of others that they are registered by Strata.
    static func isKeras(_ type: any Layer.Type) -> Bool {
        builtIn.contains { $0 == type } && !ownClassNames.contains(type.className)
    }

    /// Where Keras has a layer that it has.
    static func module(of type: any Layer.Type) -> String {
        switch type {
        case is Sequential.Type: "keras"
        case is Model.Type: "keras.src.models.functional"
        case is LayerScale.Type, is StochasticDepth.Type: "keras.src.applications.convnext"
        case is ScaledAdd.Type: "keras.src.applications.inception_resnet_v2"
        default: "keras.layers"
        }
    }

    /// The names of the classes that ``layer(_:configuration:custom:)`` knows.
    public static var classNames: [String] { builtIn.map { $0.className }.sorted() }

    /// The layers of the caller's own, while a file is read.
    @TaskLocal private static var custom = LayerTypes()

    /// Makes a layer from its class name and configuration.
    /// - Parameter custom: layers of your own, by class name.
    /// - Throws: an error that names an unknown class, or the layer and what is wrong with its
    ///   configuration.
    public static func layer(
        _ className: String, configuration: Configuration,
        custom: [any SerializableLayer.Type] = []
    ) throws -> any Layer {
        let known = LayerTypes(types: custom + self.custom.types)
        return try $custom.withValue(known) {
            guard let type = (known.types + builtIn).first(where: { $0.className == className })
            else {
                throw StrataError("The layer class \(className) is not known.")
            }
            do {
                let configuration = configuration.withCurrentNames(of: className)
                let layer = try type.make(from: configuration)
                layer.core.name = configuration.name
                layer.core.isTrainable = try configuration.value("trainable", default: true)
                layer.core.source = configuration.ofLayer
                return layer
            } catch {
                throw StrataError(error).named("\(configuration.name ?? "") (\(className))")
            }
        }
    }

    /// Makes a layer from what ``Layer/serialized()`` gives.
    public static func layer(
        serialized: JSON, custom: [any SerializableLayer.Type] = []
    ) throws -> any Layer {
        if TensorOperation.isOperation(module: serialized["module"]) {
            return try TensorOperation(serialized: serialized)
        }
        let (className, configuration) = try serialized.object("a serialized layer")
        let layer = try layer(className, configuration: configuration, custom: custom)
        layer.core.buildSource = serialized["build_config"]
        return layer
    }
}

/// A list of layers' classes.
private struct LayerTypes: @unchecked Sendable {  // types are constants
    var types: [any SerializableLayer.Type] = []
}

extension Configuration {
    /// What a file says of a layer itself, in which objects are written out; of the layers in a model
    /// those speak for themselves.
    fileprivate var ofLayer: Configuration {
        var configuration = self
        configuration["layers"] = nil
        return configuration
    }
}
