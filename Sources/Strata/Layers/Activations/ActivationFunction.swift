/// A function applied to a layer's output: one of those that Keras has names for, `.relu`, or a layer
/// that is a function, such as a ``LeakyReLU`` of another slope.
public struct ActivationFunction: Hashable, Sendable {
    /// What files say: the name, or the layer.
    public let json: JSON
    private let function: @Sendable (Tensor) -> Tensor

    private init(_ name: String, _ function: @escaping @Sendable (Tensor) -> Tensor) {
        json = .string(name)
        self.function = function
    }

    /// The function that a layer is.
    /// - Parameter layer: a layer without weights, such as ``LeakyReLU``.
    /// - Throws: what is wrong with the layer's configuration.
    public init(_ layer: any FunctionLayer) throws {
        // Layers check their settings when they are built.
        try layer.build([[1]])
        json = try layer.serialized()
        function = layer.function
    }

    /// A layer of any kind, such as a ``PReLU`` with its weights, applied to what the layer gives whose
    /// activation it is, and part of that layer from then on.
    /// - Parameter layer: a layer of one input, for one layer only: two would share its weights.
    /// - Throws: ``StrataError`` if files cannot keep the layer.
    public init(layer: any SerializableLayer) throws {
        json = try layer.serialized()
        layer.core.role = "activation"
        let box = LayerBox(layer: layer)
        function = { @Sendable x in box.layer(x) }
    }

    /// The function of a name, `swish` and `hard_swish` among them; nil if there is none.
    /// - Parameter name: the name of the function in Keras.
    public init?(name: String) {
        let name = ["swish": "silu", "hard_swish": "hard_silu"][name] ?? name
        guard let known = Self.allCases.first(where: { $0.json == .string(name) }) else {
            return nil
        }
        self = known
    }

    /// The function's values for a tensor of any shape; as a rule of that shape too.
    public func callAsFunction(_ x: Tensor) -> Tensor { function(x) }

    public static func == (a: ActivationFunction, b: ActivationFunction) -> Bool {
        a.json == b.json
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(json) }
}

extension ActivationFunction: CaseIterable {
    /// Those with names.
    public static let allCases: [ActivationFunction] = [
        linear, relu, relu6, leakyReLU, elu, selu, celu, gelu, silu, mish, hardSiLU, sigmoid,
        hardSigmoid, kerasTwoHardSigmoid, logSigmoid, sparseSigmoid, tanh, hardTanh, tanhShrink,
        softShrink, hardShrink,
        softmax, logSoftmax, sparsemax, softplus, softsign, squareplus, sparsePlus, exponential,
        glu,
    ]

    /// x itself.
    public static let linear = ActivationFunction("linear") { $0 }
    /// max(x, 0).
    public static let relu = ActivationFunction("relu") { Strata.relu($0) }
    /// max(x, 0), and at most 6.
    public static let relu6 = ActivationFunction("relu6") { Strata.relu6($0) }
    /// x where positive, otherwise 0.2 · x.
    public static let leakyReLU = ActivationFunction("leaky_relu") { Strata.leakyReLU($0) }
    /// x where positive, otherwise eˣ - 1.
    public static let elu = ActivationFunction("elu") { Strata.elu($0) }
    /// The scaled ``elu`` that keeps mean 0 and variance 1.
    public static let selu = ActivationFunction("selu") { Strata.selu($0) }
    /// max(x, 0) + e^(min(x, 0)) - 1.
    public static let celu = ActivationFunction("celu") { Strata.celu($0) }
    /// x · Φ(x), Φ the normal distribution's.
    public static let gelu = ActivationFunction("gelu") { Strata.gelu($0) }
    /// x / 5 + 1 / 2, kept between 0 and 1: what Keras 2 called `hard_sigmoid`. Keras 3 does not have it.
    public static let kerasTwoHardSigmoid = ActivationFunction("keras2_hard_sigmoid") {
        clip($0 * 0.2 + 0.5, from: 0, to: 1)
    }
    /// x · sigmoid(x), also called swish.
    public static let silu = ActivationFunction("silu") { Strata.silu($0) }
    /// x · tanh(softplus(x)).
    public static let mish = ActivationFunction("mish") { Strata.mish($0) }
    /// x · hardSigmoid(x), also called hard swish.
    public static let hardSiLU = ActivationFunction("hard_silu") { Strata.hardSiLU($0) }
    /// 1 / (1 + e⁻ˣ).
    public static let sigmoid = ActivationFunction("sigmoid") { Strata.sigmoid($0) }
    /// x / 6 + 1 / 2, kept between 0 and 1.
    public static let hardSigmoid = ActivationFunction("hard_sigmoid") { Strata.hardSigmoid($0) }
    /// ln(sigmoid(x)).
    public static let logSigmoid = ActivationFunction("log_sigmoid") { -Strata.softplus(-$0) }
    /// (x + 1) / 2, kept between 0 and 1.
    public static let sparseSigmoid = ActivationFunction("sparse_sigmoid") {
        minimum(1, Strata.relu(($0 + 1) * 0.5))
    }
    /// The hyperbolic tangent.
    public static let tanh = ActivationFunction("tanh") { Strata.tanh($0) }
    /// x, kept between -1 and 1.
    public static let hardTanh = ActivationFunction("hard_tanh") { clip($0, from: -1, to: 1) }
    /// x - tanh(x).
    public static let tanhShrink = ActivationFunction("tanh_shrink") { $0 - Strata.tanh($0) }
    /// x moved towards 0 by 0.5, and no further.
    public static let softShrink = ActivationFunction("soft_shrink") { Strata.softShrink($0) }
    /// x where its size is above 0.5, otherwise 0.
    public static let hardShrink = ActivationFunction("hard_shrink") { Strata.hardShrink($0) }
    /// eˣ / Σ eˣ along the last axis.
    public static let softmax = ActivationFunction("softmax") { Strata.softmax($0) }
    /// ln(softmax(x)) along the last axis.
    public static let logSoftmax = ActivationFunction("log_softmax") { Strata.logSoftmax($0) }
    /// ``sparsemax(_:)`` along the last axis.
    public static let sparsemax = ActivationFunction("sparsemax") { Strata.sparsemax($0) }
    /// ln(1 + eˣ).
    public static let softplus = ActivationFunction("softplus") { Strata.softplus($0) }
    /// x / (1 + |x|).
    public static let softsign = ActivationFunction("softsign") { $0 / (abs($0) + 1) }
    /// (x + √(x² + 4)) / 2.
    public static let squareplus = ActivationFunction("squareplus") {
        ($0 + sqrt(square($0) + 4)) * 0.5
    }
    /// 0 up to -1, x from 1 on, (x + 1)² / 4 between.
    public static let sparsePlus = ActivationFunction("sparse_plus") { Strata.sparsePlus($0) }
    /// eˣ.
    public static let exponential = ActivationFunction("exponential") { exp($0) }
    /// a · sigmoid(b) for the halves a and b of the last axis, which becomes half as long.
    public static let glu = ActivationFunction("glu") { Strata.glu($0) }
}

extension ActivationFunction: ConfigurationValue {
    /// Reads a function as Keras writes it.
    /// - Parameter json: a name, or a serialized layer.
    /// - Throws: ``StrataError`` if it is not known.
    public init(json: JSON) throws {
        // A function that Keras registered is an object with its name.
        if case .string(let name) = json["config"] ?? json,
            let function = ActivationFunction(name: name)
        {
            self = function
            return
        }
        guard json["class_name"] != nil else {
            throw json.mismatch("the name of an activation function")
        }
        switch try LayerRegistry.layer(serialized: json) {
        case let layer as any FunctionLayer: self = try ActivationFunction(layer)
        case let layer as any SerializableLayer: self = try ActivationFunction(layer: layer)
        default: throw json.mismatch("the name of an activation function, or a layer")
        }
    }
}

/// A layer that is another's activation. Like that one it is used by one thread.
private struct LayerBox: @unchecked Sendable {
    let layer: any SerializableLayer
}

/// A layer that is a function of its input, without weights and the same in training and inference;
/// other layers can have it for their activation.
public protocol FunctionLayer: ConfigurableLayer {
    /// What the layer does.
    var function: @Sendable (Tensor) -> Tensor { get }
}

extension FunctionLayer {
    public func call(_ x: Tensor, _ context: Context) -> Tensor { function(x) }
}
