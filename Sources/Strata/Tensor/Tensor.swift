import CStrata

/// An array of numbers, or an expression that knows its shape and is computed when its numbers are
/// needed.
///
/// Writing `relu(conv2D(x, kernel) + bias)` records; reading ``scalars`` computes. Recording never
/// fails. A shape error is carried by the resulting tensor and thrown by `compile`, `fit`, `predict` and
/// ``computedScalars()``; only reading ``scalars`` of such a tensor traps.
///
/// ```swift
/// let a = Tensor(shape: [2, 2], scalars: [1, 2, 3, 4])
/// let b = matmul(a, a) + 1
/// print(b.shape, b.scalars)  // (2, 2) [8.0, 11.0, 16.0, 23.0]
/// ```
public struct Tensor: Sendable {
    package let node: Node
    package let index: Int

    package init(_ node: Node, _ index: Int = 0) {
        self.node = node
        self.index = index
    }

    package init(_ storage: Storage, _ type: TensorType) {
        self.init(Node(.numbers([storage]), [type]))
    }

    /// Makes a tensor of the given numbers.
    /// - Parameters:
    ///   - shape: the shape of the tensor.
    ///   - scalars: the numbers in row-major order.
    /// - Precondition: there are as many scalars as the shape has elements.
    public init(shape: Shape, scalars: [Float]) {
        precondition(
            scalars.count == shape.count,
            "A tensor of shape \(shape) must have \(shape.count) scalars, but got \(scalars.count)")
        self.init(Storage(floats: scalars), TensorType(shape))
    }

    /// Makes a vector.
    /// - Parameter scalars: the numbers.
    public init(_ scalars: [Float]) { self.init(shape: [scalars.count], scalars: scalars) }

    /// Makes a scalar, which has the shape `()`.
    /// - Parameter scalar: the number.
    public init(_ scalar: Float) { self.init(shape: [], scalars: [scalar]) }

    /// Makes a tensor filled with one value.
    /// - Parameters:
    ///   - value: the value of each element.
    ///   - shape: the shape of the tensor.
    public init(repeating value: Float, shape: Shape) {
        self.init(shape: shape, scalars: [Float](repeating: value, count: shape.count))
    }

    /// A tensor filled with zeros.
    public static func zeros(_ shape: Shape) -> Tensor { Tensor(repeating: 0, shape: shape) }
    /// A tensor filled with ones.
    public static func ones(_ shape: Shape) -> Tensor { Tensor(repeating: 1, shape: shape) }

    package init(error: StrataError) {
        var error = error
        error.callSite = error.callSite ?? CallSite()
        self.init(Node(.failure(error), [TensorType([])]))
    }

    package var type: TensorType { node.types[index] }

    /// The sizes of the dimensions: `[batch, height, width, channels]` for a batch of images.
    public var shape: Shape { type.shape }
    /// The type of the elements.
    public var dtype: DType { type.dtype }
    /// The number of dimensions.
    public var rank: Int { shape.rank }

    /// The error in this expression, if there is one.
    public var error: StrataError? { node.failure }

    /// The numbers in row-major order. Reading them computes the expression, once.
    /// - Precondition: the expression has no ``error`` and does not depend on a model's `Input`. In debug
    ///   builds the message says at which line a wrong expression was made.
    public var scalars: [Float] {
        do {
            return try computedScalars()
        } catch {
            let line = (error as? StrataError)?.callSite?.line
            fatalError("\(error)" + (line.map { " The expression was made at \($0)." } ?? ""))
        }
    }

    /// The number of a tensor that has exactly one.
    /// - Precondition: the tensor has one element, and ``scalars`` can be read.
    public var scalar: Float {
        precondition(shape.count == 1, "A tensor of shape \(shape) is not a scalar.")
        return scalars[0]
    }

    /// The numbers in row-major order, as ``scalars``.
    /// - Throws: ``StrataError`` where reading ``scalars`` would trap.
    public func computedScalars() throws -> [Float] {
        let storage = try Evaluator.shared.storage(of: dtype == .float32 ? self : cast(self))
        return Array(storage.floats.prefix(shape.count))
    }

    /// The maximum number of elements of a tensor. Its product with ``sizeLimit`` still fits an Int.
    package static let countLimit = 1 << 36
    /// The largest size that a window or a layer's configuration may have: a larger one is a mistake, and
    /// arithmetic on it might overflow.
    static let sizeLimit = 1 << 26

    /// Records an operation.
    package static func record(_ operation: some Operation, _ inputs: [Tensor]) -> [Tensor] {
        var trace: (any Trace)?
        for input in inputs {
            if input.error != nil {
                return [Tensor](repeating: input, count: operation.outputCount)
            }
            if let origin = input.node.origin {
                if let outputs = origin.record(operation, inputs) { return outputs }
                let error = StrataError(
                    "\(operation.name) cannot be applied to the output of \(origin.description), which "
                        + "has no numbers yet: use a layer or a Lambda."
                )
                return [Tensor](repeating: Tensor(error: error), count: operation.outputCount)
            }
            if let found = input.node.trace, !found.isFinished { trace = trace ?? found }
        }
        do {
            let types = try operation.infer(inputs.map(\.type))
            if let large = types.first(where: { $0.shape.rank > Int(STRATA_MAX_RANK) }) {
                throw StrataError(
                    "\(operation.name): a tensor must have at most \(STRATA_MAX_RANK) dimensions, but "
                        + "got shape \(large.shape)")
            }
            if let large = types.first(where: { $0.shape.count > countLimit }) {
                throw StrataError(
                    "\(operation.name): a tensor must have at most \(countLimit) numbers, but got "
                        + "shape \(large.shape)")
            }
            let node = Node(.operation(operation, inputs), types, trace: trace)
            return types.indices.map { Tensor(node, $0) }
        } catch {
            let failure = StrataError(error)
            return [Tensor](repeating: Tensor(error: failure), count: operation.outputCount)
        }
    }

    package static func record(_ operation: some Operation, _ inputs: Tensor...) -> Tensor {
        record(operation, inputs)[0]
    }
}
