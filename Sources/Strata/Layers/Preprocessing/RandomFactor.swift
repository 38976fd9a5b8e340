// The bounds of random numbers, as files have them.
extension ClosedRange<Float> {
    /// At most a number in either direction.
    static func either(_ bound: Float) -> ClosedRange { -Swift.abs(bound)...Swift.abs(bound) }

    /// One number where the bounds are the same in either direction.
    var symmetric: SymmetricRange {
        get { SymmetricRange(self) }
        set { self = newValue.range }
    }
}

extension ClosedRange<Float>? {
    var symmetric: SymmetricRange? {
        get { map { SymmetricRange($0) } }
        set { self = newValue?.range }
    }
}

/// Two bounds in either order, or one number for either direction.
extension ClosedRange: ConfigurationValue where Bound == Float {
    public var json: JSON { [JSON(lowerBound), JSON(upperBound)] }

    public init(json: JSON) throws {
        let bounds = try [Float](json: json)
        guard let low = bounds.min(), let high = bounds.max(), bounds.count <= 2,
            bounds.allSatisfy(\.isFinite)
        else { throw json.mismatch("a number or two bounds") }
        self = bounds.count == 1 ? .either(high) : low...high
    }
}

/// Bounds that are written as one number where they are the same in either direction.
struct SymmetricRange: ConfigurationValue {
    var range: ClosedRange<Float>

    init(_ range: ClosedRange<Float>) { self.range = range }
    init(json: JSON) throws { range = try ClosedRange(json: json) }

    var json: JSON {
        range.lowerBound == -range.upperBound ? JSON(range.upperBound) : range.json
    }
}

extension Context {
    /// A number for each image, uniform between bounds: `[batch, 1]`.
    func random(_ range: ClosedRange<Float>, for images: Tensor) -> Tensor {
        let part = randomUniform([images.shape[0], 1])
        return part * (range.upperBound - range.lowerBound) + range.lowerBound
    }
}
