/// Changes weights by their gradients. A subclass says how, as an expression; the compiler fuses it
/// into one pass over the numbers.
open class Optimizer {
    /// Keras's name: `adam`.
    open var name: String { "optimizer" }
    /// The step size; a change takes effect at the next step.
    public var learningRate: Float
    /// Steps made.
    public package(set) var iterations = 0

    private var slots: [ObjectIdentifier: Slots] = [:]

    /// The slots of a weight, which is not kept alive: another may come to have its identifier.
    private struct Slots {
        weak var weight: Variable?
        let variables: [Variable]
    }

    public init(learningRate: Float) { self.learningRate = learningRate }

    /// The names of the numbers kept for each weight and their first value.
    open var slotKinds: [(name: String, initial: Float)] { [] }

    /// Numbers that the next step needs, computed once a step. The count never changes.
    open func hyperparameters() -> [Float] { [learningRate] }

    /// The next value of a weight and of its slots.
    open func step(
        _ weight: Tensor, _ gradient: Tensor, _ slots: [Tensor], _ hyperparameters: [Tensor]
    ) -> (weight: Tensor, slots: [Tensor]) {
        fatalError("A subclass of Optimizer implements step.")
    }

    /// The slots of a weight, made when first asked for.
    package func slots(for variable: Variable) -> [Variable] {
        if let known = slots[ObjectIdentifier(variable)], known.weight === variable {
            return known.variables
        }
        let made = slotKinds.map { kind in
            let count = variable.shape.count
            return Variable(
                variable.name + "_" + kind.name, shape: variable.shape, isTrainable: false
            ) { [Float](repeating: kind.initial, count: count) }
        }
        slots[ObjectIdentifier(variable)] = Slots(weight: variable, variables: made)
        return made
    }

    /// Records the next values of all weights and their slots.
    func updates(
        _ variables: [Variable], _ gradients: [Tensor], _ hyperparameters: [Tensor]
    ) -> [(Variable, Tensor)] {
        zip(variables, gradients).flatMap { variable, gradient in
            let slots = slots(for: variable)
            let next = step(variable.value, gradient, slots.map(\.value), hyperparameters)
            let weight = variable.constraint.map { $0(next.weight) } ?? next.weight
            return [(variable, weight)] + zip(slots, next.slots)
        }
    }

    /// Makes one step: changes variables by gradients computed with a tape.
    public func apply(_ gradients: [Tensor], to variables: [Variable]) throws {
        precondition(
            gradients.count == variables.count,
            "\(variables.count) gradients were expected. Received: \(gradients.count)")
        let hyperparameters = hyperparameters().map { Tensor($0) }
        let updates = updates(variables, gradients, hyperparameters)
        try Evaluator.shared.evaluate(updates.map(\.1))
        for (variable, value) in updates { variable.assign(storageOf: value) }
        iterations += 1
    }
}
