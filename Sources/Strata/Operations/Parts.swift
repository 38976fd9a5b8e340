// Parts of tensors, and tensors made of parts.
extension Tensor {
    /// Joins tensors of one shape along a new axis: two of shape `[3, 4]` along axis 0 are `[2, 3, 4]`.
    /// - Parameters:
    ///   - tensors: at least one tensor, all of one shape.
    ///   - axis: the new axis in the result, which counts from the end if negative; the first by default.
    public static func stack(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
        if let failed = tensors.first(where: { $0.error != nil }) { return failed }
        guard let shape = tensors.first?.shape, tensors.allSatisfy({ $0.shape == shape }) else {
            return Tensor(
                error: StrataError(
                    "tensors to stack must have one shape, but got "
                        + (tensors.isEmpty ? "none" : "\(tensors.map(\.shape))")))
        }
        guard let place = Shape(shape.dimensions + [1]).axis(axis) else {
            return Tensor(
                error: StrataError(
                    "the axis must be between \(-shape.rank - 1) and \(shape.rank), but got "
                        + "\(axis)"))
        }
        var wider = shape.dimensions
        wider.insert(1, at: place)
        return concatenate(tensors.map { $0.reshaped(to: Shape(wider)) }, axis: place)
    }

    /// Cuts the tensor into equal parts along an axis.
    /// - Parameters:
    ///   - count: the number of parts, which divides the size of the axis.
    ///   - axis: the axis, which counts from the end if negative; the first by default.
    /// - Returns: the parts in order; one tensor with the error if the tensor cannot be cut so.
    public func split(_ count: Int, axis: Int = 0) -> [Tensor] {
        guard let place = shape.axis(axis), count > 0, shape[place] % count == 0 else {
            return [
                Tensor(
                    error: error
                        ?? StrataError(
                            "axis \(axis) of shape \(shape) cannot be split into \(count) equal "
                                + "parts"))
            ]
        }
        let size = shape[place] / count
        return (0..<count).map { part($0 * size..<($0 + 1) * size, of: place) }
    }

    /// The elements of some indices along an axis, in their order: of `[5, 3]` along axis 0 by `[4, 0]`
    /// rows 4 and 0, `[2, 3]`.
    /// - Parameters:
    ///   - indices: at least one index; the same may come again.
    ///   - axis: the axis, which counts from the end if negative; the first by default.
    public func gather(_ indices: [Int], axis: Int = 0) -> Tensor {
        guard let place = shape.axis(axis), !indices.isEmpty,
            indices.allSatisfy({ (0..<shape[place]).contains($0) })
        else {
            return Tensor(
                error: error
                    ?? StrataError(
                        "indices along axis \(axis) of shape \(shape) were expected, but got "
                            + "\(indices)"))
        }
        // Neighbours are cut out together.
        var runs: [Range<Int>] = []
        for index in indices {
            if let last = runs.last, last.upperBound == index {
                runs[runs.count - 1] = last.lowerBound..<index + 1
            } else {
                runs.append(index..<index + 1)
            }
        }
        let parts = runs.map { part($0, of: place) }
        return parts.count == 1 ? parts[0] : Tensor.concatenate(parts, axis: place)
    }

    /// One element along the first axis, without that axis: a sample of a batch, a row of a matrix.
    public subscript(_ index: Int) -> Tensor {
        let rows = self[index..<index + 1]
        return rows.error == nil ? rows.reshaped(to: shape.withoutBatch) : rows
    }

    /// Some neighbouring elements along the first axis: `y[0..<10]`.
    public subscript(_ range: Range<Int>) -> Tensor {
        guard rank > 0, range.lowerBound >= 0, range.upperBound <= shape[0] else {
            return Tensor(
                error: error
                    ?? StrataError(
                        "a range within the first axis of shape \(shape) was expected, but got "
                            + "\(range)"))
        }
        return part(range, of: 0)
    }

    private func part(_ range: Range<Int>, of axis: Int) -> Tensor {
        var (start, size) = ([Int](repeating: 0, count: rank), shape.dimensions)
        (start[axis], size[axis]) = (range.lowerBound, range.count)
        return sliced(from: start, size: size)
    }
}
