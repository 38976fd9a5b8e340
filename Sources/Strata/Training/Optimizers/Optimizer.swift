/// Changes weights by their gradients. A subclass says how, as an expression; the compiler fuses it
/// into one pass over the numbers.
///
/// Each step clips the gradients, shrinks the weights (weight decay), makes the subclass's step, updates
/// the weights' averages and applies the weights' constraints, in this order, as Keras does.
open class Optimizer {
    /// Keras's name: `adam`.
    open var name: String { snakeCase(String(describing: type(of: self))) }

    /// What gives the step size of each step: a schedule, or a number that stays.
    public var schedule: any LearningRateSchedule {
        didSet { source?["learning_rate"] = nil }
    }
    /// The step size of the next step; a schedule counts batches. Setting it ends a schedule.
    public var learningRate: Float {
        get { schedule(step: batches) }
        set { schedule = newValue }
    }
    /// Whether the step size is given by more than a number.
    var followsSchedule: Bool { !(schedule is any BinaryFloatingPoint || schedule is Int) }
    /// The part of the learning rate by which every weight shrinks at each step, whatever its
    /// gradient.
    public let weightDecay: Float?
    /// How large gradients are made smaller.
    public let clipping: GradientClipping?
    /// Whether averages of the weights are kept; they become the weights when `fit` ends.
    public let averaging: WeightAveraging?
    /// Batches whose gradients make one step together, by their mean: 1 is a step a batch.
    public let accumulation: Int
    /// Batches seen.
    package var batches = 0
    /// Steps made.
    public var iterations: Int { batches / accumulation }
    /// What the file that the optimizer was made from says of it, which is what files say in turn.
    var source: Configuration?

    /// What is kept for a weight, which is not kept alive: another may come to have its identifier.
    struct State {
        weak var weight: Variable?
        let slots: [Variable]
        let average: Variable?
        /// The sum of the gradients since the last step.
        let accumulator: Variable?
    }
    private var states: [ObjectIdentifier: State] = [:]

    /// - Parameters:
    ///   - learningRate: a step size, or a schedule.
    ///   - weightDecay: the part of the learning rate by which weights shrink; by default none do.
    ///   - clipping: how large gradients are made smaller; by default they are not.
    ///   - averaging: whether averages of the weights are kept; by default they are not.
    ///   - accumulation: how many batches make one step together.
    /// - Precondition: `accumulation` is at least 1.
    public init(
        learningRate: any LearningRateSchedule, weightDecay: Float? = nil,
        clipping: GradientClipping? = nil, averaging: WeightAveraging? = nil, accumulation: Int = 1
    ) {
        precondition(
            accumulation >= 1, "One batch or more make a step. Received: \(accumulation)")
        schedule = learningRate
        self.weightDecay = weightDecay
        self.clipping = clipping
        self.averaging = averaging
        self.accumulation = accumulation
    }

    /// Reads what all optimizers have in common; for the `init(configuration:)` of subclasses.
    /// - Parameter learningRate: the step size where the configuration says none.
    public init(options configuration: Configuration, learningRate: Float = 0.001) throws {
        schedule = try Optimizer.schedule(
            try configuration.value("learning_rate", default: JSON(learningRate)))
        weightDecay = try configuration.optional("weight_decay")
        clipping = try GradientClipping.read(configuration)
        averaging = try WeightAveraging.read(configuration)
        accumulation = try configuration.value("gradient_accumulation_steps", default: 1)
        guard accumulation >= 1 else {
            throw StrataError(
                "gradient_accumulation_steps is at least 1. Received: \(accumulation)")
        }
    }

    /// The names of the numbers kept for each weight and their first value.
    open var slotKinds: [(name: String, initial: Float)] { [] }

    /// The kinds of slots that files keep together, weight by weight: all as a rule.
    package var slotGroups: [Range<Int>] { [slotKinds.indices] }

    /// What is kept beside the slots, for all weights together. The count never changes.
    package var ownState: [Float] {
        get { [] }
        set {}
    }

    /// Numbers that the next step needs, computed once a step. The count never changes.
    open func hyperparameters() -> [Float] { [learningRate] }

    /// The next value of a weight and of its slots.
    open func step(
        _ weight: Tensor, _ gradient: Tensor, _ slots: [Tensor], _ hyperparameters: [Tensor]
    ) -> (weight: Tensor, slots: [Tensor]) {
        fatalError("A subclass of Optimizer implements step.")
    }

    // MARK: - The compiled step

    /// The subclass's numbers, and after them those of weight decay and averaging, and whether this
    /// batch completes a step.
    func stepNumbers() -> [Float] {
        var numbers = hyperparameters()
        if let weightDecay { numbers.append(weightDecay * learningRate) }
        if let averaging { numbers += averaging.numbers(iterations) }
        if accumulation > 1 { numbers.append((batches + 1) % accumulation == 0 ? 1 : 0) }
        return numbers
    }

    /// Records the next values of all weights and what is kept for them.
    func updates(
        _ variables: [Variable], _ gradients: [Tensor], _ numbers: [Tensor]
    ) -> [(Variable, Tensor)] {
        var rest = numbers[...]
        let isStep = accumulation == 1 ? nil : rest.popLast()
        let averagingNumbers = averaging == nil ? [] : Array(rest.suffix(2))
        rest = rest.dropLast(averagingNumbers.count)
        let decay = weightDecay == nil ? nil : rest.popLast()
        let hyperparameters = Array(rest)
        let sums = zip(variables, gradients).map { variable, gradient in
            state(of: variable).accumulator.map { gradient + $0.value } ?? gradient
        }
        let means = accumulation == 1 ? gradients : sums.map { $0 / Float(accumulation) }
        let clipped = clipping?.clip(means) ?? means
        return zip(variables, zip(clipped, sums)).flatMap { variable, gradients in
            let (gradient, sum) = gradients
            let state = state(of: variable)
            let value = variable.value
            let weight = decay.map { value - value * $0 } ?? value
            var next = step(weight, gradient, state.slots.map(\.value), hyperparameters)
            if let isStep {
                next.weight = select(isStep, next.weight, value)
                next.slots = zip(state.slots, next.slots).map { select(isStep, $1, $0.value) }
            }
            var updates = Array(zip(state.slots, next.slots))
            if let isStep, let accumulator = state.accumulator {
                updates.append((accumulator, select(isStep, 0, sum)))
            }
            if let averaging, let average = state.average {
                let mean: Tensor
                (next.weight, mean) = averaging.step(
                    next.weight, average.value, averagingNumbers)
                updates.append((average, mean))
            }
            let constrained = variable.constraint.map { $0(next.weight) } ?? next.weight
            return [(variable, constrained)] + updates
        }
    }

    /// The state of a weight, made when first asked for.
    func state(of variable: Variable) -> State {
        if let known = states[ObjectIdentifier(variable)], known.weight === variable {
            return known
        }
        func slot(_ name: String, _ initial: Float) -> Variable {
            let count = variable.shape.count
            return Variable(
                variable.name + "_" + name, shape: variable.shape, trainable: false
            ) { [Float](repeating: initial, count: count) }
        }
        let made = State(
            weight: variable, slots: slotKinds.map { slot($0.name, $0.initial) },
            average: averaging == nil ? nil : slot("average", 0),
            accumulator: accumulation == 1 ? nil : slot("gradient_accumulator", 0))
        states[ObjectIdentifier(variable)] = made
        return made
    }

    /// The numbers kept for a weight by ``slotKinds``.
    package func slots(for variable: Variable) -> [Variable] { state(of: variable).slots }

    /// The numbers kept for weights of so many numbers, as Keras counts them for a summary: the steps
    /// made and a rate that is set are two.
    package func stateCount(weights: Int) -> Int {
        let kinds = slotKinds.count + (averaging == nil ? 0 : 1) + (accumulation == 1 ? 0 : 1)
        return (followsSchedule ? 1 : 2) + weights * kinds + ownState.count
    }

    /// Gives weights their averages, if those are kept and steps have been made.
    package func finish(_ variables: [Variable]) {
        guard averaging != nil, batches > 0 else { return }
        for variable in variables {
            if let average = state(of: variable).average {
                variable.assign(storageOf: average.value)
            }
        }
    }

    /// Makes one step: changes variables by gradients computed with a tape.
    public func apply(_ gradients: [Tensor], to variables: [Variable]) throws {
        precondition(
            gradients.count == variables.count,
            "\(variables.count) gradients were expected. Received: \(gradients.count)")
        let updates = updates(variables, gradients, stepNumbers().map { Tensor($0) })
        try Evaluator.shared.evaluate(updates.map(\.1))
        for (variable, value) in updates { variable.assign(storageOf: value) }
        batches += 1
    }
}
