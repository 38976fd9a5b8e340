/// What an optimizer takes for its learning rate: a number, or a ``LearningRateSchedule``:
/// `SGD(learningRate: 0.1)`,
/// `SGD(learningRate: CosineDecay(initialLearningRate: 0.1, decaySteps: 9_000))`.
public protocol LearningRate: Sendable {}

extension Float: LearningRate {}
extension Double: LearningRate {}
extension Int: LearningRate {}

/// The size of an optimizer's steps as a function of the number of steps made.
public protocol LearningRateSchedule: LearningRate {
    /// The step size after `step` steps.
    func callAsFunction(step: Int) -> Float
}

extension Configurable where Self: LearningRateSchedule {
    public static var className: String { String(describing: Self.self) }
}

/// The schedules that files can name.
public enum LearningRateSchedules {
    /// Adding a schedule adds a line here.
    public static let registry = Registry<any LearningRateSchedule>(
        "learning rate schedule",
        [
            CosineDecay.self, CosineDecayRestarts.self, ExponentialDecay.self,
            InverseTimeDecay.self, PiecewiseConstantDecay.self, PolynomialDecay.self,
        ])
}

/// A number of steps as files have it, which may be larger than a size.
struct Steps: ConfigurationValue {
    var count: Int

    init(_ count: Int) { self.count = count }

    init(json: JSON) throws {
        let number = try Double(json: json)
        guard let count = Int(exactly: number), count.magnitude < 1 << 53 else {
            throw json.mismatch("a whole number of steps")
        }
        self.count = count
    }

    var json: JSON { .integer(count) }

    static func check(_ count: Int, _ name: String) throws {
        guard count > 0 else { throw StrataError("\(name) must be at least 1, but got \(count)") }
    }
}

extension Int {
    /// A number of steps.
    var steps: Steps {
        get { Steps(self) }
        set { self = newValue.count }
    }
}

extension [Int] {
    /// Numbers of steps.
    var steps: [Steps] {
        get { map { Steps($0) } }
        set { self = newValue.map(\.count) }
    }
}
