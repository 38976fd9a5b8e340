import CStrata

/// The cross-entropy of softmax(logits) with targets, fused. Outputs the loss of each row and the softmax.
/// Targets are class numbers `[…]` if sparse, otherwise probabilities `[…, classes]`.
package struct SoftmaxCrossEntropy: Operation {
    package let sparse: Bool

    package init(sparse: Bool) { self.sparse = sparse }

    package var name: String { "softmax_cross_entropy" }
    package var outputCount: Int { 2 }

    package func infer(_ inputs: [TensorType]) throws -> [TensorType] {
        let (logits, target) = (inputs[0].shape, inputs[1].shape)
        let rows = Shape(Array(logits.dimensions.dropLast()))
        guard logits.rank > 0, target == (sparse ? rows : logits) else {
            throw StrataError(
                "The cross-entropy of predictions of shape \(logits) needs targets of shape "
                    + "\(sparse ? rows : logits), but got \(target)")
        }
        return [TensorType(rows), TensorType(logits)]
    }

    package func gradients(_ flow: GradientFlow) -> [Tensor?] {
        let probabilities = flow.outputs[1]
        var dx: Tensor?
        // The softmax is read by metrics and by the gradient, which may itself be differentiated.
        if let g = flow.cotangents[1] {
            dx = Tensor.record(SoftmaxGradient(logarithm: false), g, probabilities)
        }
        guard let g = flow.cotangents[0] else { return [dx, nil] }
        let ofLoss = Tensor.record(
            SoftmaxCrossEntropyGradient(sparse: sparse), g, probabilities, flow.inputs[1])
        dx = dx.map { $0 + ofLoss } ?? ofLoss
        if sparse { return [dx, nil] }
        let logSoftmax = Tensor.record(RowSoftmax(logarithm: true), flow.inputs[0])
        return [dx, -logSoftmax * g.reshaped(to: Shape(g.shape.dimensions + [1]))]
    }

    package func lower(_ lowering: Lowering, inputs: [Int], outputs: [Int]) {
        let shape = lowering.shape(inputs[0])
        var step = rowStep(lowering, name, lowering.kernels.cross_entropy, shape) {
            $0.sparse = sparse ? 1 : 0
        }
        step.read(\strata_rows_args.x, inputs[0])
        step.read(\strata_rows_args.target, inputs[1])
        step.write(\strata_rows_args.loss, outputs[0])
        step.write(\strata_rows_args.result, outputs[1])
        lowering.emit(step)
    }
}

/// dloss, the softmax and targets to dlogits: dloss · (softmax · Σt - t).
package struct SoftmaxCrossEntropyGradient: Operation {
    package let sparse: Bool

    package var name: String { "softmax_cross_entropy_gradient" }
    package func infer(_ inputs: [TensorType]) throws -> [TensorType] { [inputs[1]] }

    package func gradients(_ flow: GradientFlow) -> [Tensor?] {
        let (g, p, t, c) = (flow.inputs[0], flow.inputs[1], flow.inputs[2], flow.cotangent)
        let classes = p.shape[-1]
        func rows(_ x: Tensor) -> Tensor { x.sum(axes: [-1], keepDims: true) }
        let target = sparse ? oneHot(t, classes: classes) : t
        let column = g.reshaped(to: Shape(g.shape.dimensions + [1]))
        let dg = (c * (p * rows(target) - target)).sum(axes: [-1])
        return [dg, c * rows(target) * column, sparse ? nil : column * (rows(c * p) - c)]
    }

    package func lower(_ lowering: Lowering, inputs: [Int], outputs: [Int]) {
        let shape = lowering.shape(inputs[1])
        var step = rowStep(lowering, name, lowering.kernels.cross_entropy_gradient, shape) {
            $0.sparse = sparse ? 1 : 0
        }
        step.read(\strata_rows_args.dy, inputs[0])
        step.read(\strata_rows_args.y, inputs[1])
        step.read(\strata_rows_args.target, inputs[2])
        step.write(\strata_rows_args.result, outputs[0])
        lowering.emit(step)
    }
}
