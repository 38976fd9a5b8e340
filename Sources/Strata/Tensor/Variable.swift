/// A named, changeable tensor: a layer's weight or an optimizer's slot.
///
/// A variable is a reference. ``value`` is an immutable snapshot: an expression keeps the numbers that it
/// was recorded with when the variable changes.
public final class Variable {
    /// The shape of the value.
    public let shape: Shape
    /// The name of the weight in its layer, such as `kernel`.
    public let name: String
    /// Whether optimizers change it. Moving averages are not trainable.
    public let isTrainable: Bool
    /// The penalty on its numbers that is added to the loss.
    public internal(set) var regularizer: Regularizer?
    /// The constraint that is applied after each step of training.
    public internal(set) var constraint: Constraint?

    /// Whether the numbers are counts, which files hold as int64.
    var isCount = false

    /// Makes the initial numbers when they are first needed.
    private var initialize: (() -> [Float])?
    private var current: Storage?
    /// The recorded value that the numbers become, until they are needed.
    private var next: Tensor?
    /// The node of the current value, while anyone holds it.
    private weak var node: Node?
    /// The number of changes so far, by which cached results notice them.
    package private(set) var version = 0

    /// - Parameters:
    ///   - name: the name of the weight, such as `kernel`.
    ///   - shape: the shape of the value.
    ///   - trainable: whether optimizers change it; true by default.
    ///   - initialize: makes the initial numbers, in row-major order, when they are first needed.
    public init(
        _ name: String, shape: Shape, trainable: Bool = true,
        initialize: @escaping () -> [Float]
    ) {
        self.name = name
        self.shape = shape
        isTrainable = trainable
        self.initialize = initialize
    }

    /// Makes a variable from the numbers of a tensor.
    /// - Parameters:
    ///   - value: the initial value.
    ///   - name: the name of the weight; `variable` by default.
    /// - Throws: ``StrataError`` if the tensor cannot be computed.
    public convenience init(_ value: Tensor, name: String = "variable") throws {
        let scalars = try value.computedScalars()
        self.init(name, shape: value.shape) { scalars }
    }

    /// The current value. Setting it requires a tensor of the same shape.
    public var value: Tensor {
        get {
            if let next {
                guard next.node.wasComputed else { return next }
                _ = storage
            }
            if let node { return Tensor(node) }
            let fresh =
                current.map { Node(.numbers([$0]), [TensorType(shape)]) } ?? Node(unread: self)
            fresh.variable = self
            node = fresh
            return Tensor(fresh)
        }
        set {
            precondition(
                newValue.shape == shape,
                "The value of \(name) must have shape \(shape), but got \(newValue.shape)")
            assign(newValue.scalars)
        }
    }

    /// The memory of the current numbers, which are initialized now if they have not been.
    package var storage: Storage {
        do { try settle() } catch { fatalError("\(error)") }
        if let current { return current }
        let floats = initialize?() ?? [Float](repeating: 0, count: shape.count)
        precondition(
            floats.count == shape.count, "An initializer returned the wrong number of values.")
        initialize = nil
        let made = Storage(floats: floats)
        current = made
        node?.resolve([made])
        return made
    }

    /// Records what the numbers become. They are computed with whatever is computed next.
    func become(_ value: Tensor) {
        precondition(
            value.shape == shape,
            "The value of \(name) must have shape \(shape), but got \(value.shape)")
        forgetValue()
        next = value
        version += 1
        Evaluator.shared.add(pending: value)
    }

    /// Computes what the numbers have been recorded to become, if anything.
    func settle() throws {
        guard let value = next else { return }
        let computed = try Evaluator.shared.storage(of: value)
        next = nil
        current = computed
    }

    /// Detaches the current value: whoever holds it keeps its numbers.
    private func forgetValue() {
        if node != nil { _ = storage }
        node = nil
        next = nil
        initialize = nil
    }

    /// Replaces the numbers.
    package func assign(_ scalars: [Float]) {
        precondition(scalars.count == shape.count)
        forgetValue()
        current = Storage(floats: scalars)
        version += 1
    }

    /// Replaces the numbers with those of an array of any type.
    package func assign(_ array: ArrayData) {
        precondition(array.count == shape.count)
        forgetValue()
        if !canChange { current = Storage(byteCount: shape.count * 4) }
        array.copyFloats(to: current!.floats)
        version += 1
    }

    /// The current numbers as an array, which does not change with the variable.
    package var array: ArrayData {
        let storage = storage
        if isCount {
            let counts = storage.floats.prefix(shape.count).map { Int64(exactly: $0) ?? 0 }
            return ArrayData(shape: shape.dimensions, counts)
        }
        return ArrayData(shape: shape.dimensions, borrowing: storage.floats, owner: storage)
    }

    /// Takes over the memory of a computed tensor.
    package func assign(storageOf value: Tensor) {
        guard case .numbers(let storages) = value.node.content else {
            fatalError("The tensor has not been computed.")
        }
        precondition(value.shape == shape)
        forgetValue()
        current = storages[value.index]
        version += 1
    }

    /// The memory, for a plan to change in place. It is copied first if a snapshot still uses it.
    package func storageForUpdate() -> Storage {
        _ = storage
        node = nil
        if !canChange { current = current!.copy() }
        version += 1
        return current!
    }

    /// Whether nobody else uses the memory of the numbers.
    private var canChange: Bool {
        current != nil && isKnownUniquelyReferenced(&current!) && current!.isOwned
    }
}
