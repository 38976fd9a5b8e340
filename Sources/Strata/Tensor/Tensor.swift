import CStrata

/// A value with a shape: numbers, or an expression that knows its shape and is computed when its
/// numbers are asked for.
///
/// Writing `relu(conv2D(x, kernel) + bias)` records; reading ``scalars`` computes. Recording never
/// fails: a shape error is carried by the resulting tensor and thrown by whoever needs its numbers
/// (`compile`, `fit`, `predict`); only reading ``scalars`` of such a tensor traps.
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

    /// A tensor with the given numbers in row-major order.
    /// - Precondition: the number of scalars is the shape's count.
    public init(shape: Shape, scalars: [Float]) {
        precondition(
            scalars.count == shape.count,
            "A tensor of shape \(shape) has \(shape.count) scalars. Received: \(scalars.count)")
        self.init(Storage(floats: scalars), TensorType(shape))
    }

    /// A vector.
    public init(_ scalars: [Float]) { self.init(shape: [scalars.count], scalars: scalars) }

    /// A scalar, of shape `()`.
    public init(_ scalar: Float) { self.init(shape: [], scalars: [scalar]) }

    /// A tensor filled with one value.
    public init(repeating value: Float, shape: Shape) {
        self.init(shape: shape, scalars: [Float](repeating: value, count: shape.count))
    }

    public static func zeros(_ shape: Shape) -> Tensor { Tensor(repeating: 0, shape: shape) }
    public static func ones(_ shape: Shape) -> Tensor { Tensor(repeating: 1, shape: shape) }

    package init(error: StrataError) {
        var error = error
        error.callSite = error.callSite ?? CallSite()
        self.init(Node(.failure(error), [TensorType([])]))
    }

    package var type: TensorType { node.types[index] }

    /// The sizes of the dimensions; of an image batch `[batch, height, width, channels]`.
    public var shape: Shape { type.shape }
    public var dtype: DType { type.dtype }
    public var rank: Int { shape.rank }

    /// What is wrong with this expression, if anything is.
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

    /// The only number of a tensor that has one.
    public var scalar: Float {
        precondition(shape.count == 1, "A scalar was asked of a tensor of shape \(shape).")
        return scalars[0]
    }

    /// ``scalars``, with errors thrown.
    public func computedScalars() throws -> [Float] {
        let storage = try Evaluator.shared.storage(of: dtype == .float32 ? self : cast(self))
        return Array(storage.floats.prefix(shape.count))
    }

    /// The most numbers that a tensor may have. The product with the largest size in a configuration,
    /// ``Configuration/sizeLimit``, still fits an Int.
    package static let countLimit = 1 << 36

    /// Records an operation.
    package static func record(_ operation: some Operation, _ inputs: [Tensor]) -> [Tensor] {
        var trace: Context?
        for input in inputs {
            if input.error != nil {
                return [Tensor](repeating: input, count: operation.outputCount)
            }
            if let call = input.node.symbolicCall {
                if let elementwise = operation as? Elementwise,
                    let output = TensorOperation.record(elementwise.code, inputs)
                {
                    return [output]
                }
                let error = StrataError(
                    "\(operation.name) was applied to the output of \(call.description), which has no "
                        + "numbers yet. Inside a model use layers, or a Lambda."
                )
                return [Tensor](repeating: Tensor(error: error), count: operation.outputCount)
            }
            if let found = input.node.trace, !found.isFinished { trace = trace ?? found }
        }
        do {
            let types = try operation.infer(inputs.map(\.type))
            if let large = types.first(where: { $0.shape.rank > Int(STRATA_MAX_RANK) }) {
                throw StrataError(
                    "\(operation.name): a tensor has at most \(STRATA_MAX_RANK) dimensions. "
                        + "Received: \(large.shape)")
            }
            if let large = types.first(where: { $0.shape.count > countLimit }) {
                throw StrataError(
                    "\(operation.name): a tensor has at most \(countLimit) numbers. "
                        + "Received: \(large.shape)")
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

extension Tensor: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    public init(floatLiteral value: Float) { self.init(value) }
    public init(integerLiteral value: Int) { self.init(Float(value)) }
}
