/// The sizes of a tensor's dimensions, outermost first: `[batch, height, width, channels]`.
///
/// The batch size of a model's input is not known until data arrives: it is ``unknown``, and prints
/// as `None`.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
    /// The size of each dimension.
    public var dimensions: [Int]

    /// The size of a dimension that is not known yet.
    public static let unknown = -1

    /// - Parameter dimensions: the size of each dimension, outermost first.
    public init(_ dimensions: [Int]) { self.dimensions = dimensions }

    /// Makes a shape from a literal: `[32, 32, 3]`.
    /// - Parameter elements: the size of each dimension, outermost first.
    public init(arrayLiteral elements: Int...) { dimensions = elements }

    /// The number of dimensions.
    public var rank: Int { dimensions.count }

    /// The number of elements: the product of the dimensions, which is 1 for a scalar. `Int.max` if the
    /// product is larger.
    public var count: Int {
        var count = dimensions.contains(0) ? 0 : 1
        for size in dimensions {
            let (product, isTooLarge) = count.multipliedReportingOverflow(by: size)
            if isTooLarge { return .max }
            count = product
        }
        return count
    }

    /// The size of a dimension. Negative indices count from the end.
    public subscript(_ index: Int) -> Int {
        get { dimensions[index < 0 ? index + rank : index] }
        set { dimensions[index < 0 ? index + rank : index] = newValue }
    }

    /// The shape as Keras prints it: `(None, 32, 32, 3)`.
    public var description: String {
        let sizes = dimensions.map { $0 == Shape.unknown ? "None" : String($0) }
        return "(" + sizes.joined(separator: ", ") + (rank == 1 ? ",)" : ")")
    }

    /// Whether all sizes but the first, the batch's, are known.
    var isKnown: Bool { !dimensions.dropFirst().contains(Shape.unknown) }

    /// Whether another shape has these sizes where they are known; the first, the batch's, does not
    /// matter.
    func accepts(_ other: Shape) -> Bool {
        rank == other.rank
            && zip(dimensions, other.dimensions).dropFirst().allSatisfy {
                $0 == $1 || $0 == Shape.unknown
            }
    }

    /// The shape without its first dimension, the batch.
    public var withoutBatch: Shape { Shape(Array(dimensions.dropFirst())) }

    /// The shape with a batch dimension of the given size in front.
    public func batched(_ size: Int) -> Shape { Shape([size] + dimensions) }

    /// The strides of a dense row-major array, in elements.
    var strides: [Int] {
        var strides = [Int](repeating: 1, count: rank)
        for axis in stride(from: rank - 2, through: 0, by: -1) {
            strides[axis] = strides[axis + 1] * dimensions[axis + 1]
        }
        return strides
    }

    /// The shape that two operands broadcast to by NumPy's rule, or nil if they do not broadcast.
    func broadcast(with other: Shape) -> Shape? {
        if self == other { return self }
        var result = [Int](repeating: 1, count: max(rank, other.rank))
        for axis in 1...max(1, result.count) where axis <= result.count {
            let a = axis <= rank ? self[-axis] : 1
            let b = axis <= other.rank ? other[-axis] : 1
            guard a == b || a == 1 || b == 1 else { return nil }
            result[result.count - axis] = a == 1 ? b : a
        }
        return Shape(result)
    }

    /// Resolves an axis, which counts from the end if negative. Nil if there is no such axis.
    func axis(_ axis: Int) -> Int? {
        let resolved = axis < 0 ? axis + rank : axis
        return dimensions.indices.contains(resolved) ? resolved : nil
    }
}

/// The shape and element type of a tensor.
package struct TensorType: Hashable, Sendable {
    package var shape: Shape
    package var dtype: DType = .float32

    package init(_ shape: Shape, _ dtype: DType = .float32) {
        self.shape = shape
        self.dtype = dtype
    }

    package var byteCount: Int { shape.count * dtype.byteCount }
}
