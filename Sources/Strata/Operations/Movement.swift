extension Tensor {
    /// Reorders the axes.
    /// - Parameter permutation: axis `i` of the result is axis `permutation[i]` of this tensor; by default
    ///   the order is reversed.
    public func transposed(_ permutation: [Int]? = nil) -> Tensor {
        let order = permutation ?? Array((0..<rank).reversed())
        return order == Array(0..<rank)
            ? self : Tensor.record(Movement(kind: .transpose(order)), self)
    }

    /// Cuts out a part of the tensor.
    /// - Parameters:
    ///   - start: the first index along each axis.
    ///   - size: the number of elements along each axis.
    ///   - steps: the distance between elements along each axis; 1 by default.
    public func sliced(from start: [Int], size: [Int], steps: [Int]? = nil) -> Tensor {
        let ones = [Int](repeating: 1, count: rank)
        if size == shape.dimensions, start == ones.map({ _ in 0 }), steps ?? ones == ones {
            return self
        }
        let kind = Movement.Kind.slice(start: start, size: size, steps: steps ?? ones)
        return Tensor.record(Movement(kind: kind), self)
    }

    /// Reverses the elements along an axis.
    /// - Parameter axis: the axis, counted from 0.
    public func reversed(axis: Int) -> Tensor {
        Tensor.record(Movement(kind: .reverse(axis)), self)
    }

    /// Pads the tensor with zeros.
    /// - Parameters:
    ///   - before: the number of zeros before each axis.
    ///   - after: the number of zeros after each axis.
    ///   - steps: inserts `steps - 1` zeros between elements along each axis; none by default.
    public func padded(before: [Int], after: [Int], steps: [Int]? = nil) -> Tensor {
        let ones = [Int](repeating: 1, count: rank)
        let zeros = ones.map { _ in 0 }
        if before == zeros, after == zeros, steps ?? ones == ones { return self }
        let kind = Movement.Kind.pad(before: before, after: after, steps: steps ?? ones)
        return Tensor.record(Movement(kind: kind), self)
    }

    /// Broadcasts the tensor to a shape by NumPy's rule.
    public func broadcast(to shape: Shape) -> Tensor {
        self.shape == shape ? self : Tensor.record(Movement(kind: .broadcast(shape)), self)
    }
}

/// Pads a tensor with zeros before and after each axis. For images `[batch, height, width, channels]`,
/// `pad(x, [(0, 0), (1, 1), (1, 1), (0, 0)])` adds a border of one pixel.
public func pad(_ x: Tensor, _ widths: [(before: Int, after: Int)]) -> Tensor {
    x.padded(before: widths.map(\.before), after: widths.map(\.after))
}

/// Copies elements from one strided layout to another: transpose, slice, pad, broadcast.
package struct Movement: Operation {
    package enum Kind: Hashable, Sendable {
        case transpose([Int])
        /// `size` elements from `start` along each axis, at distances of `steps`.
        case slice(start: [Int], size: [Int], steps: [Int])
        /// Zeros before and after each axis, and `steps - 1` zeros between elements.
        case pad(before: [Int], after: [Int], steps: [Int])
        case broadcast(Shape)
        /// An axis from its end to its beginning.
        case reverse(Int)
    }

    package let kind: Kind

    package var name: String {
        switch kind {
        case .transpose: "transpose"
        case .slice: "slice"
        case .pad: "pad"
        case .broadcast: "broadcast"
        case .reverse: "reverse"
        }
    }

    package func infer(_ inputs: [TensorType]) throws -> [TensorType] {
        let shape = inputs[0].shape
        switch kind {
        case .transpose(let permutation):
            guard permutation.sorted() == Array(0..<shape.rank) else {
                throw StrataError(
                    "A permutation of the \(shape.rank) axes of shape \(shape) was expected, "
                        + "but got \(permutation)")
            }
            return [TensorType(Shape(permutation.map { shape[$0] }))]
        case .slice(let start, let size, let steps):
            guard [start.count, size.count, steps.count].allSatisfy({ $0 == shape.rank }),
                shape.dimensions.indices.allSatisfy({
                    start[$0] >= 0 && size[$0] >= 0 && steps[$0] > 0
                        && extent(size[$0], steps[$0]) <= shape[$0] - start[$0]
                })
            else {
                let stepping = steps.allSatisfy { $0 == 1 } ? "" : " in steps of \(steps)"
                throw StrataError(
                    "A slice from \(start) of size \(size)\(stepping) is not inside shape "
                        + "\(shape).")
            }
            return [TensorType(Shape(size))]
        case .pad(let before, let after, let steps):
            guard [before.count, after.count, steps.count].allSatisfy({ $0 == shape.rank }),
                (before + after).allSatisfy({ (0...Tensor.countLimit).contains($0) }),
                shape.dimensions.indices.allSatisfy({
                    steps[$0] > 0 && extent(shape[$0], steps[$0]) <= Tensor.countLimit
                })
            else {
                let stepping = steps.allSatisfy { $0 == 1 } ? "" : " in steps of \(steps)"
                throw StrataError(
                    "Padding needs two sizes of at least 0 for each axis of shape \(shape), and at "
                        + "most \(Tensor.countLimit), but got \(before) and \(after)\(stepping)")
            }
            let sizes = shape.dimensions.indices.map {
                before[$0] + extent(shape[$0], steps[$0]) + after[$0]
            }
            return [TensorType(Shape(sizes))]
        case .reverse(let axis):
            guard shape.dimensions.indices.contains(axis) else {
                throw StrataError("Shape \(shape) has no axis \(axis).")
            }
            return [inputs[0]]
        case .broadcast(let target):
            guard shape.broadcast(with: target) == target else {
                throw StrataError("Shape \(shape) cannot be broadcast to \(target)")
            }
            return [TensorType(target)]
        }
    }

    package func gradients(_ flow: GradientFlow) -> [Tensor?] {
        let g = flow.cotangent
        let shape = flow.inputs[0].shape
        switch kind {
        case .transpose(let permutation):
            let inverse = permutation.indices.map { permutation.firstIndex(of: $0)! }
            return [g.transposed(inverse)]
        case .slice(let start, let size, let steps):
            let after = start.indices.map { shape[$0] - start[$0] - extent(size[$0], steps[$0]) }
            return [g.padded(before: start, after: after, steps: steps)]
        case .pad(let before, _, let steps):
            return [g.sliced(from: before, size: shape.dimensions, steps: steps)]
        case .reverse(let axis): return [g.reversed(axis: axis)]
        case .broadcast:
            return [g.summed(to: shape)]
        }
    }

    package func lower(_ lowering: Lowering, inputs: [Int], outputs: [Int]) {
        let source = lowering.shape(inputs[0])
        let result = lowering.shape(outputs[0])
        let from = source.strides
        let to = result.strides
        switch kind {
        case .transpose(let permutation):
            lowering.copy(
                inputs[0], 0, permutation.map { from[$0] }, outputs[0], 0, to, result.dimensions,
                name: name)
        case .slice(let start, let size, let steps):
            let offset = zip(start, from).map { $0 * $1 }.reduce(0, +)
            lowering.copy(
                inputs[0], offset, zip(from, steps).map { $0 * $1 }, outputs[0], 0, to, size,
                name: name)
        case .pad(let before, _, let steps):
            lowering.fill(outputs[0], 0)
            let offset = zip(before, to).map { $0 * $1 }.reduce(0, +)
            lowering.copy(
                inputs[0], 0, from, outputs[0], offset, zip(to, steps).map { $0 * $1 },
                source.dimensions, name: name)
        case .reverse(let axis):
            var strides = from
            strides[axis] = -from[axis]
            lowering.copy(
                inputs[0], from[axis] * (source[axis] - 1), strides, outputs[0], 0, to,
                source.dimensions, name: name)
        case .broadcast:
            let leading = result.rank - source.rank
            let strides = result.dimensions.indices.map { axis in
                axis < leading || source[axis - leading] != result[axis] ? 0 : from[axis - leading]
            }
            lowering.copy(inputs[0], 0, strides, outputs[0], 0, to, result.dimensions, name: name)
        }
    }
}

/// The distance from the first to the last of `size` elements at distances of `step`, both included;
/// `Int.max` if it is larger.
private func extent(_ size: Int, _ step: Int) -> Int {
    if size == 0 { return 0 }
    let (reach, isTooLarge) = (size - 1).multipliedReportingOverflow(by: step)
    return isTooLarge || reach == .max ? .max : reach + 1
}
