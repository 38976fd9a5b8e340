import CStrata

/// Reduces adjacent axes. Other sets of axes are reduced in several steps.
package struct Reduction: Operation {
    package enum Kind: UInt8, Sendable {
        case sum, max, min

        /// The result for no elements.
        var identity: Float {
            switch self {
            case .sum: 0
            case .max: -.infinity
            case .min: .infinity
            }
        }
    }
    package let kind: Kind
    package let axes: Range<Int>

    package var name: String { "reduce_\(kind)" }

    package func infer(_ inputs: [TensorType]) throws -> [TensorType] {
        var dimensions = inputs[0].shape.dimensions
        dimensions.removeSubrange(axes)
        return [TensorType(Shape(dimensions))]
    }

    package func gradients(_ flow: GradientFlow) -> [Tensor?] {
        let x = flow.inputs[0]
        let kept = Shape(x.shape.dimensions.enumerated().map { axes.contains($0) ? 1 : $1 })
        let g = flow.cotangent.reshaped(to: kept)
        switch kind {
        case .sum: return [g.broadcast(to: x.shape)]
        case .max, .min:
            // Equal maxima share the gradient equally, as in TensorFlow.
            let winners = x .== flow.outputs[0].reshaped(to: kept)
            return [winners * (g / winners.reduced(.sum, axes).reshaped(to: kept))]
        }
    }

    package func lower(_ lowering: Lowering, inputs: [Int], outputs: [Int]) {
        fatalError("Reductions are lowered by fusion.")
    }
}

extension Tensor {
    func reduced(_ kind: Reduction.Kind, _ axes: Range<Int>) -> Tensor {
        axes.isEmpty ? self : Tensor.record(Reduction(kind: kind, axes: axes), self)
    }

    /// Reduces the given axes (all if nil): adjacent ones together, the last first.
    private func reduced(_ kind: Reduction.Kind, axes: [Int]?, keepDims: Bool) -> Tensor {
        if error != nil { return self }
        var chosen = Set<Int>()
        for axis in axes ?? Array(0..<rank) {
            guard let resolved = shape.axis(axis) else {
                return Tensor(
                    error: StrataError(
                        "There is no axis \(axis) to reduce in a tensor of shape \(shape)."))
            }
            chosen.insert(resolved)
        }
        var result = self
        var end = rank
        while end > 0 {
            guard chosen.contains(end - 1) else {
                end -= 1
                continue
            }
            var start = end - 1
            while start > 0, chosen.contains(start - 1) { start -= 1 }
            result = result.reduced(kind, start..<end)
            end = start
        }
        guard keepDims else { return result }
        let kept = shape.dimensions.enumerated().map { chosen.contains($0) ? 1 : $1 }
        return result.reshaped(to: Shape(kept))
    }

    /// The sum over axes.
    /// - Parameters:
    ///   - axes: the axes to reduce, which count from the end if negative; all by default.
    ///   - keepDims: whether reduced axes stay, with size 1; false by default.
    public func sum(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
        reduced(.sum, axes: axes, keepDims: keepDims)
    }

    /// The mean over axes.
    /// - Parameters:
    ///   - axes: the axes to reduce, which count from the end if negative; all by default.
    ///   - keepDims: whether reduced axes stay, with size 1; false by default.
    public func mean(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
        let total = sum(axes: axes, keepDims: keepDims)
        return total * (Float(total.shape.count) / Float(Swift.max(shape.count, 1)))
    }

    /// The maximum over axes.
    /// - Parameters:
    ///   - axes: the axes to reduce, which count from the end if negative; all by default.
    ///   - keepDims: whether reduced axes stay, with size 1; false by default.
    public func max(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
        reduced(.max, axes: axes, keepDims: keepDims)
    }

    /// The minimum over axes.
    /// - Parameters:
    ///   - axes: the axes to reduce, which count from the end if negative; all by default.
    ///   - keepDims: whether reduced axes stay, with size 1; false by default.
    public func min(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
        reduced(.min, axes: axes, keepDims: keepDims)
    }
}
