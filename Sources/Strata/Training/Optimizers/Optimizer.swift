/// Changes weights by their gradients. A subclass gives the formula as an expression, which the
/// compiler fuses into one pass over the numbers.
///
/// Each step clips the gradients, shrinks the weights (weight decay), makes the subclass's step, updates
/// the weights' averages and applies the weights' constraints, in this order, as Keras does.
open class Optimizer {
    /// Keras's name: `adam`.
    open var name: String { snakeCase(String(describing: type(of: self))) }

    /// The size of each step, if it follows a schedule; nil if it is a number. A schedule that is set counts
    /// all batches seen, as in Keras; give one that is to begin now to ``begin(_:)``.
    public var schedule: (any LearningRateSchedule)? {
        get { rate as? any LearningRateSchedule }
        set { rate = newValue ?? learningRate }
    }
    /// The size of the next step; a schedule counts batches. Setting it ends a schedule. What is kept
    /// for the weights, such as momenta, stays.
    public var learningRate: Float {
        get { learningRate(after: 0) }
        set { rate = newValue }
    }
    private var rate: any LearningRate {
        didSet {
            source?["learning_rate"] = nil
            scheduleStart = 0
        }
    }
    /// The batches seen before the schedule began.
    var scheduleStart = 0

    /// Follows a schedule from its beginning, whatever steps have been made before. Keras has no such
    /// thing: it continues a model that was saved halfway by the count of all steps.
    /// - Parameter schedule: the schedule; its first step is the next one.
    public func begin(_ schedule: any LearningRateSchedule) {
        self.schedule = schedule
        scheduleStart = batches
    }

    /// The step size after so many batches more.
    package func learningRate(after count: Int) -> Float {
        switch rate {
        case let schedule as any LearningRateSchedule:
            schedule(step: batches - scheduleStart + count)
        case let number as Float: number
        case let number as Double: Float(number)
        case let number as Int: Float(number)
        default: .nan
        }
    }

    /// Whether the step size is given by more than a number.
    package var followsSchedule: Bool { rate is any LearningRateSchedule }
    /// The part of the learning rate by which every weight shrinks at each step, whatever its
    /// gradient; nil for none.
    public internal(set) var weightDecay: Double?
    /// The largest norm of each weight's gradient; nil for no limit.
    public internal(set) var clipnorm: Double?
    /// The largest size of each number of a gradient; nil for no limit.
    public internal(set) var clipvalue: Double?
    /// The largest norm of all gradients together; nil for no limit.
    public internal(set) var globalClipnorm: Double?
    /// Whether averages of the weights are kept (Polyak and Juditsky, 1992), which often generalize
    /// better than the last weights. They become the weights when `fit` ends.
    public internal(set) var useEMA: Bool
    /// The part of an average that stays at each step.
    public internal(set) var emaMomentum: Double
    /// The number of steps after which the averages become the weights, again and again; nil for only
    /// when `fit` ends.
    public internal(set) var emaOverwriteFrequency: Int?
    /// The number of batches whose gradients are averaged into one update.
    public internal(set) var gradientAccumulationSteps: Int

    /// Batches seen.
    package var batches = 0
    /// Steps made.
    public var iterations: Int { batches / max(gradientAccumulationSteps, 1) }
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

    /// For subclasses. Settings that are out of range are reported by `compile` and ``apply(_:to:)``.
    /// - Parameters:
    ///   - learningRate: the size of a step, or a schedule of it.
    ///   - weightDecay: the part of the learning rate by which every weight shrinks at each step;
    ///     none by default.
    ///   - clipnorm: the largest norm of each weight's gradient; unlimited by default.
    ///   - clipvalue: the largest size of each number of a gradient; unlimited by default.
    ///   - globalClipnorm: the largest norm of all gradients together; unlimited by default. At
    ///     most one of the three limits is given.
    ///   - useEMA: whether averages of the weights are kept, which become the weights when `fit`
    ///     ends; false by default.
    ///   - emaMomentum: the part of an average that stays at each step; 0.99 by default.
    ///   - emaOverwriteFrequency: the number of steps after which the averages become the weights,
    ///     again and again; by default they do only at the end.
    ///   - gradientAccumulationSteps: the number of batches whose gradients are averaged into one
    ///     update; 1 by default.
    public init(
        learningRate: any LearningRate, weightDecay: Double? = nil, clipnorm: Double? = nil,
        clipvalue: Double? = nil, globalClipnorm: Double? = nil, useEMA: Bool = false,
        emaMomentum: Double = 0.99, emaOverwriteFrequency: Int? = nil,
        gradientAccumulationSteps: Int = 1
    ) {
        rate = learningRate
        self.weightDecay = weightDecay
        self.clipnorm = clipnorm
        self.clipvalue = clipvalue
        self.globalClipnorm = globalClipnorm
        self.useEMA = useEMA
        self.emaMomentum = emaMomentum
        self.emaOverwriteFrequency = emaOverwriteFrequency
        self.gradientAccumulationSteps = gradientAccumulationSteps
    }

    /// Checks the settings; a subclass checks its own after calling this.
    /// - Throws: ``StrataError`` that says which is wrong, what was expected and what was received.
    open func check() throws {
        switch rate {
        case let schedule as any LearningRateSchedule:
            try (schedule as? any Configurable)?.check()
        case is Float, is Double, is Int: break
        default:
            throw StrataError(
                "learningRate must be a number or a LearningRateSchedule, but got a "
                    + "\(type(of: rate))")
        }
        let limits = [clipnorm, clipvalue, globalClipnorm].compactMap { $0 }
        guard limits.count < 2 else {
            throw StrataError(
                "at most one of clipnorm, clipvalue and globalClipnorm can be given, but got "
                    + "\(limits.count)")
        }
        guard (0...1).contains(emaMomentum) else {
            throw StrataError("emaMomentum must be between 0 and 1, but got \(emaMomentum)")
        }
        guard emaOverwriteFrequency ?? 1 >= 1 else {
            throw StrataError(
                "emaOverwriteFrequency must be at least 1, but got \(emaOverwriteFrequency!)")
        }
        guard gradientAccumulationSteps >= 1 else {
            throw StrataError(
                "gradientAccumulationSteps must be at least 1, but got "
                    + "\(gradientAccumulationSteps)")
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

    /// What the next step needs.
    func stepNumbers() -> StepNumbers<Float> {
        let steps = gradientAccumulationSteps
        return StepNumbers(
            hyperparameters: hyperparameters(),
            decay: weightDecay.map { Float($0) * learningRate },
            averaging: averaging?.numbers(iterations),
            isComplete: steps > 1 ? ((batches + 1) % steps == 0 ? 1 : 0) : nil)
    }

    /// How large gradients are made smaller.
    private var clipping: GradientClipping? {
        clipnorm.map { .norm(Float($0)) } ?? clipvalue.map { .value(Float($0)) }
            ?? globalClipnorm.map { .globalNorm(Float($0)) }
    }

    private var averaging: WeightAveraging? {
        useEMA
            ? WeightAveraging(
                momentum: Float(emaMomentum), overwriteFrequency: emaOverwriteFrequency) : nil
    }

    /// Records the next values of all weights and what is kept for them.
    func updates(
        _ variables: [Variable], _ gradients: [Tensor], _ numbers: StepNumbers<Tensor>
    ) -> [(Variable, Tensor)] {
        let sums = zip(variables, gradients).map { variable, gradient in
            state(of: variable).accumulator.map { gradient + $0.value } ?? gradient
        }
        let means =
            gradientAccumulationSteps == 1
            ? gradients : sums.map { $0 / Float(gradientAccumulationSteps) }
        let clipped = clipping?.clip(means) ?? means
        return zip(variables, zip(clipped, sums)).flatMap { variable, gradients in
            let (gradient, sum) = gradients
            let state = state(of: variable)
            let value = variable.value
            let weight = numbers.decay.map { value - value * $0 } ?? value
            var next = step(weight, gradient, state.slots.map(\.value), numbers.hyperparameters)
            if let isComplete = numbers.isComplete {
                next.weight = select(isComplete, next.weight, value)
                next.slots = zip(state.slots, next.slots).map { select(isComplete, $1, $0.value) }
            }
            var updates = Array(zip(state.slots, next.slots))
            if let isComplete = numbers.isComplete, let accumulator = state.accumulator {
                updates.append((accumulator, select(isComplete, 0, sum)))
            }
            if let averaging, let numbers = numbers.averaging, let average = state.average {
                let mean: Tensor
                (next.weight, mean) = averaging.step(next.weight, average.value, numbers)
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
            accumulator: gradientAccumulationSteps == 1 ? nil : slot("gradient_accumulator", 0))
        states[ObjectIdentifier(variable)] = made
        return made
    }

    /// The numbers kept for a weight by ``slotKinds``.
    package func slots(for variable: Variable) -> [Variable] { state(of: variable).slots }

    /// The numbers kept for weights of so many numbers, as Keras counts them for a summary: the steps
    /// made and a rate that is set are two.
    package func stateCount(weights: Int) -> Int {
        let kinds =
            slotKinds.count + (averaging == nil ? 0 : 1) + (gradientAccumulationSteps == 1 ? 0 : 1)
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
    /// - Parameters:
    ///   - gradients: a gradient for each variable.
    ///   - variables: the variables to change.
    /// - Throws: ``StrataError`` if a setting of the optimizer is out of range, if gradients and
    ///   variables differ in number, or if a gradient cannot be computed.
    public func apply(_ gradients: [Tensor], to variables: [Variable]) throws {
        try check()
        guard gradients.count == variables.count else {
            throw StrataError(
                "a gradient is needed for each of \(variables.count) variables, but got "
                    + "\(gradients.count)")
        }
        let updates = updates(variables, gradients, stepNumbers().map { Tensor($0) })
        try Evaluator.shared.evaluate(updates.map(\.1))
        for (variable, value) in updates { variable.assign(storageOf: value) }
        batches += 1
    }
}
