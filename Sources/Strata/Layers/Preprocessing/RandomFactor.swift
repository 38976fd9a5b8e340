// Bounds of random numbers, as Keras's layers have them.
extension ClosedRange<Float> {
    /// At most a number in either direction.
    static func either(_ bound: Float) -> ClosedRange { -Swift.abs(bound)...Swift.abs(bound) }

    /// One number for either direction, or the bounds.
    var factor: JSON { lowerBound == -upperBound ? JSON(upperBound) : bounds }

    var bounds: JSON { [JSON(lowerBound), JSON(upperBound)] }
}

extension Configuration {
    /// Bounds that a file has: two in either order, or one for either direction.
    func range(_ name: String) throws -> ClosedRange<Float> {
        let bounds: [Float] = try value(name)
        guard let low = bounds.min(), let high = bounds.max(), bounds.count <= 2,
            bounds.allSatisfy(\.isFinite)
        else { throw StrataError("\(name) is a number or two bounds. Received: \(bounds)") }
        return bounds.count == 1 ? .either(high) : low...high
    }
}

extension Context {
    /// A number for each image, uniform between bounds: `[batch, 1]`.
    func random(_ range: ClosedRange<Float>, for images: Tensor) -> Tensor {
        let part = randomUniform([images.shape[0], 1])
        return part * (range.upperBound - range.lowerBound) + range.lowerBound
    }
}
