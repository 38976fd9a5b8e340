/// The step size as a function of the steps made. A number is a schedule that never changes, so
/// optimizers take either: `SGD(learningRate: 0.1)`, `SGD(learningRate: CosineDecay(0.1, steps: 9_000))`.
public protocol LearningRateSchedule: Sendable {
    /// The step size after `step` steps.
    func callAsFunction(step: Int) -> Float
}

extension ReadByInit where Self: LearningRateSchedule {
    public static var className: String { String(describing: Self.self) }
}

extension Configuration {
    /// A number of steps to decay over.
    func steps(_ name: String) throws -> Int {
        let steps = try step(try value(name), name)
        guard steps > 0 else { throw StrataError("\(name) is at least 1. Received: \(steps)") }
        return steps
    }

    /// A step's number, which may be larger than a size.
    func step(_ number: Double, _ name: String) throws -> Int {
        guard let step = Int(exactly: number), step.magnitude < 1 << 53 else {
            throw StrataError("\(name) is a whole number. Received: \(number)")
        }
        return step
    }
}

extension Float: LearningRateSchedule {
    public func callAsFunction(step: Int) -> Float { self }
}

extension Double: LearningRateSchedule {
    public func callAsFunction(step: Int) -> Float { Float(self) }
}

extension Int: LearningRateSchedule {
    public func callAsFunction(step: Int) -> Float { Float(self) }
}

func checkSteps(_ steps: Int) {
    precondition(steps > 0, "A schedule decays over 1 or more steps. Received: \(steps)")
}
