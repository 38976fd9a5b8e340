/// A function applied to a layer's output, by the name Keras gives it.
public enum ActivationFunction: String, Hashable, Sendable, CaseIterable {
    case linear, relu, relu6
    case leakyReLU = "leaky_relu"
    case elu, selu, celu, gelu, silu, mish
    case hardSiLU = "hard_silu"
    case sigmoid
    case hardSigmoid = "hard_sigmoid"
    case logSigmoid = "log_sigmoid"
    case sparseSigmoid = "sparse_sigmoid"
    case tanh
    case hardTanh = "hard_tanh"
    case tanhShrink = "tanh_shrink"
    case softShrink = "soft_shrink"
    case hardShrink = "hard_shrink"
    case softmax
    case logSoftmax = "log_softmax"
    case sparsemax
    case softplus, softsign, squareplus
    case sparsePlus = "sparse_plus"
    case exponential, glu

    /// The function of a name, `swish` and `hard_swish` among them; nil if there is none.
    public init?(name: String) {
        switch name {
        case "swish": self = .silu
        case "hard_swish": self = .hardSiLU
        default: self.init(rawValue: name)
        }
    }

    public func callAsFunction(_ x: Tensor) -> Tensor {
        switch self {
        case .linear: x
        case .relu: Strata.relu(x)
        case .relu6: minimum(Strata.relu(x), 6)
        case .leakyReLU: Strata.leakyReLU(x)
        case .elu: Strata.elu(x)
        case .selu: Strata.selu(x)
        case .celu: Strata.celu(x)
        case .gelu: Strata.gelu(x)
        case .silu: Strata.silu(x)
        case .mish: Strata.mish(x)
        case .hardSiLU: Strata.hardSiLU(x)
        case .sigmoid: Strata.sigmoid(x)
        case .hardSigmoid: Strata.hardSigmoid(x)
        case .logSigmoid: -Strata.softplus(-x)
        case .sparseSigmoid: clip((x + 1) * 0.5, from: 0, to: 1)
        case .tanh: Strata.tanh(x)
        case .hardTanh: clip(x, from: -1, to: 1)
        case .tanhShrink: x - Strata.tanh(x)
        case .softShrink: Strata.softShrink(x)
        case .hardShrink: Strata.hardShrink(x)
        case .softmax: Strata.softmax(x)
        case .logSoftmax: Strata.logSoftmax(x)
        case .sparsemax: Strata.sparsemax(x)
        case .softplus: Strata.softplus(x)
        case .softsign: x / (abs(x) + 1)
        case .squareplus: (x + sqrt(square(x) + 4)) * 0.5
        case .sparsePlus: Strata.sparsePlus(x)
        case .exponential: exp(x)
        case .glu: Strata.glu(x)
        }
    }
}
