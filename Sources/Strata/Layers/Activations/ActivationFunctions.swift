// The activation functions that are not operations of their own. Each has Keras's defaults, and at its
// kinks the derivative of Keras on TensorFlow: of two equal operands of `minimum` and `maximum`, the
// first gets the gradient. Both branches of a `select` stay finite where the other is taken, so that
// gradients do too.

/// x kept between two bounds.
public func clip(_ x: Tensor, from low: Float, to high: Float) -> Tensor {
    minimum(maximum(x, low), high)
}

/// x where positive, otherwise slope · x (Maas et al., 2013).
public func leakyReLU(_ x: Tensor, negativeSlope: Float = 0.2) -> Tensor {
    select(x .> 0, x, x * negativeSlope)
}

/// x where positive, otherwise α · (eˣ - 1) (Clevert et al., 2016).
public func elu(_ x: Tensor, alpha: Float = 1) -> Tensor {
    select(x .> 0, x, expm1(minimum(x, 0)) * alpha)
}

/// The ELU whose scales keep mean 0 and variance 1 from layer to layer (Klambauer et al., 2017).
public func selu(_ x: Tensor) -> Tensor {
    select(x .>= 0, x, expm1(minimum(x, 0)) * 1.6732632423543772) * 1.0507009873554805
}

/// max(x, 0) + α · (e^(min(x, 0) / α) - 1) (Barron, 2017).
public func celu(_ x: Tensor, alpha: Float = 1) -> Tensor {
    maximum(x, 0) + expm1(minimum(x, 0) / alpha) * alpha
}

/// x · Φ(x), Φ the normal distribution's; or its approximation by a tanh (Hendrycks and Gimpel,
/// 2016).
public func gelu(_ x: Tensor, approximate: Bool = false) -> Tensor {
    guard approximate else { return x * 0.5 * (erf(x * 0.7071067811865476) + 1) }
    let inner = (x + x * square(x) * 0.044715) * 0.7978845608028654
    return x * 0.5 * (tanh(inner) + 1)
}

/// x · sigmoid(x), also called swish (Ramachandran et al., 2017).
public func silu(_ x: Tensor) -> Tensor { x * sigmoid(x) }

/// x · tanh(softplus(x)) (Misra, 2019).
public func mish(_ x: Tensor) -> Tensor { x * tanh(softplus(x)) }

/// max(x, 0), and at most 6. The derivative is 0 at 0 and at 6.
public func relu6(_ x: Tensor) -> Tensor { minimum(6, relu(x)) }

/// x / 6 + 1 / 2, kept between 0 and 1. The derivative is 0 at -3 and at 3.
public func hardSigmoid(_ x: Tensor) -> Tensor { relu6(x + 3) / 6 }

/// x · hardSigmoid(x), also called hard swish (Howard et al., 2019).
public func hardSiLU(_ x: Tensor) -> Tensor { x * hardSigmoid(x) }

/// x moved towards 0 by a threshold, and no further.
public func softShrink(_ x: Tensor, threshold: Float = 0.5) -> Tensor {
    relu(x - threshold) - relu(-x - threshold)
}

/// x where its size is above a threshold, otherwise 0.
public func hardShrink(_ x: Tensor, threshold: Float = 0.5) -> Tensor {
    select(abs(x) .> threshold, x, 0)
}

/// x where above a threshold, otherwise a given value.
public func threshold(_ x: Tensor, _ threshold: Float, otherwise value: Float) -> Tensor {
    select(x .> threshold, x, value)
}

/// 0 up to -1, x from 1 on, (x + 1)² / 4 between.
public func sparsePlus(_ x: Tensor) -> Tensor {
    square(clip(x + 1, from: 0, to: 2)) * 0.25 + relu(x - 1)
}

/// a · sigmoid(b) for the halves a and b of the last axis (Dauphin et al., 2017).
public func glu(_ x: Tensor) -> Tensor {
    guard x.rank > 0, x.shape[-1] % 2 == 0 else {
        return Tensor(
            error: x.error
                ?? StrataError(
                    "glu needs a last axis of an even size, but got shape \(x.shape)"))
    }
    var half = x.shape.dimensions
    half[half.count - 1] /= 2
    var start = [Int](repeating: 0, count: x.rank)
    let first = x.sliced(from: start, size: half)
    start[start.count - 1] = half[half.count - 1]
    return first * sigmoid(x.sliced(from: start, size: half))
}

/// max(x - τ, 0) with a threshold τ for each row (Martins and Astudillo, 2016), as Keras computes it.
/// Its τ is (Σ z₁ + … + zⱼ - 1) / k, the sum going over the k largest numbers z₁, z₂, …; the paper's has
/// only the last of these sums, so that results sum to 1. The two differ where k is more than 1.
///
/// Compares each number with each: for axes of at most some thousand.
public func sparsemax(_ x: Tensor) -> Tensor {
    guard x.rank > 0 else {
        return Tensor(
            error: x.error ?? StrataError("sparsemax needs at least one axis, but got a scalar"))
    }
    // A number is in the support if 1 + k·z > the sum of the k numbers that are not below it.
    let z = x.reshaped(to: Shape(x.shape.dimensions + [1]))
    let others = x.reshaped(to: Shape(x.shape.dimensions.dropLast() + [1, x.shape[-1]]))
    let notBelow = others .>= z
    let count = notBelow.sum(axes: [-1])
    let total = (notBelow * others).sum(axes: [-1])
    let support = (x * count + 1) .> total
    let size = support.sum(axes: [-1], keepDims: true)
    let excess = (support * total).sum(axes: [-1], keepDims: true) - 1
    return relu(x - excess / size)
}
