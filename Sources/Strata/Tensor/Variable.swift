/// A named, changeable tensor: a layer's weight or an optimizer's slot.
///
/// A variable is a reference; ``value`` is an immutable snapshot, so an expression recorded
/// earlier keeps the numbers it was recorded with.
public final class Variable {
    public let shape: Shape
    /// The weight's own name, such as `kernel`.
    public let name: String
    /// Whether an optimizer may change it. Moving averages are not trainable.
    public let isTrainable: Bool
    /// A penalty on the numbers, added to the loss.
    public internal(set) var regularizer: Regularizer?
    /// What the numbers are brought back to after each step of training.
    public internal(set) var constraint: Constraint?

    /// Whether the numbers count something: files have them as int64.
    var isCount = false

    /// Makes the first numbers, when they are first needed.
    private var initialize: (() -> [Float])?
    private var current: Storage?
    /// The recorded value that the numbers become, until they are needed.
    private var next: Tensor?
    /// The node of the current value, while anyone holds it.
    private weak var node: Node?
    /// Counts changes, for what is derived from a variable and kept.
    package private(set) var version = 0

    public init(
        _ name: String, shape: Shape, isTrainable: Bool = true,
        initialize: @escaping () -> [Float]
    ) {
        self.name = name
        self.shape = shape
        self.isTrainable = isTrainable
        self.initialize = initialize
    }

    /// A variable that starts with the numbers of a tensor.
    public convenience init(_ value: Tensor, name: String = "variable") throws {
        let scalars = try value.computedScalars()
        self.init(name, shape: value.shape) { scalars }
    }

    /// The present numbers.
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
                "The value of \(name) has shape \(shape). Received: \(newValue.shape)")
            assign(newValue.scalars)
        }
    }

    /// The present numbers' memory; made now if it has not been.
    package var storage: Storage {
        do { try settle() } catch { fatalError("\(error)") }
        if let current { return current }
        let floats = initialize?() ?? [Float](repeating: 0, count: shape.count)
        precondition(floats.count == shape.count, "An initializer gave the wrong count.")
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

    /// Replaces the numbers by those of an array, which may be of any type.
    package func assign(_ array: ArrayData) {
        precondition(array.count == shape.count)
        forgetValue()
        if !canChange { current = Storage(byteCount: shape.count * 4) }
        array.copyFloats(to: current!.floats)
        version += 1
    }

    /// The numbers as an array, which keeps them even if the variable's change.
    package var array: ArrayData {
        let storage = storage
        if isCount {
            let counts = storage.floats.prefix(shape.count).map { Int64(exactly: $0) ?? 0 }
            return ArrayData(shape: shape.dimensions, counts)
        }
        return ArrayData(shape: shape.dimensions, borrowing: storage.floats, owner: storage)
    }

    /// Takes over the numbers of a computed tensor.
    package func assign(storageOf value: Tensor) {
        guard case .numbers(let storages) = value.node.content else {
            fatalError("A computed tensor was expected.")
        }
        precondition(value.shape == shape)
        forgetValue()
        current = storages[value.index]
        version += 1
    }

    /// The memory for a plan to change in place; copied first if a snapshot of it is still held.
    package func storageForUpdate() -> Storage {
        _ = storage
        node = nil
        if !canChange { current = current!.copy() }
        version += 1
        return current!
    }

    /// Whether nobody else uses the memory that the numbers are in.
    private var canChange: Bool {
        current != nil && isKnownUniquelyReferenced(&current!) && current!.isOwned
    }
}
