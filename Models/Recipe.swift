import Strata

/// The default settings for training an architecture.
public struct Recipe: Sendable {
    /// The optimizer.
    public var optimizer: OptimizerKind
    /// The learning rate.
    public var learningRate: Float
    /// The number of images in a batch.
    public var batchSize: Int
    /// The loss.
    public var loss: Loss
    /// The accuracy that training with these settings is known to reach, if it has been measured.
    public var accuracy: ReachedAccuracy?

    /// - Parameters:
    ///   - optimizer: the optimizer.
    ///   - learningRate: the learning rate; that of the optimizer by default.
    ///   - batchSize: the number of images in a batch.
    ///   - loss: the loss; sparse categorical cross-entropy by default.
    ///   - accuracy: the accuracy that training with these settings is known to reach.
    public init(
        optimizer: OptimizerKind, learningRate: Float? = nil, batchSize: Int,
        loss: Loss = .sparseCategoricalCrossentropy, reaches accuracy: ReachedAccuracy? = nil
    ) {
        self.optimizer = optimizer
        self.learningRate = learningRate ?? optimizer.defaultLearningRate
        self.batchSize = batchSize
        self.loss = loss
        self.accuracy = accuracy
    }

    /// Makes a new optimizer.
    /// - Parameter schedule: a schedule for the learning rate; by default it stays that of the recipe.
    public func makeOptimizer(schedule: (any LearningRateSchedule)? = nil) -> Optimizer {
        let made = optimizer.make()
        made.learningRate = learningRate
        if let schedule { made.schedule = schedule }
        return made
    }
}

/// The accuracy on test images after ten epochs of training with a recipe and seed 0.
public struct ReachedAccuracy: Sendable, CustomStringConvertible {
    /// The data sets that recipes are measured on.
    public enum Dataset: String, Sendable {
        /// The 70,000 digits of MNIST.
        case mnist
        /// The 12,000 generated images of `StrataDatasets.Shapes`.
        case shapes
    }

    /// The data set.
    public let dataset: Dataset
    /// The accuracy, from 0 to 1.
    public let value: Double

    /// An accuracy on MNIST.
    public static func mnist(_ value: Double) -> ReachedAccuracy {
        ReachedAccuracy(dataset: .mnist, value: value)
    }

    /// An accuracy on the generated shapes.
    public static func shapes(_ value: Double) -> ReachedAccuracy {
        ReachedAccuracy(dataset: .shapes, value: value)
    }

    /// `0.98 mnist`
    public var description: String { "\(value) \(dataset.rawValue)" }
}

/// An optimizer by its name: one of Strata's, or `momentum`, which is SGD with a momentum of 0.9.
public struct OptimizerKind: Hashable, Sendable {
    /// The name: `adamw`.
    public let name: String

    /// - Parameter name: one of ``names``; nil results from any other.
    public init?(_ name: String) {
        guard Self.names.contains(name) else { return nil }
        self.name = name
    }

    private init(known name: String) { self.name = name }

    /// All names.
    public static let names = Optimizer.registry.names.map { $0.lowercased() } + ["momentum"]

    /// `SGD` without momentum.
    public static let sgd = OptimizerKind(known: "sgd")
    /// `SGD` with a momentum of 0.9.
    public static let momentum = OptimizerKind(known: "momentum")
    /// `Adam`.
    public static let adam = OptimizerKind(known: "adam")

    /// The default learning rate, as in Keras.
    public var defaultLearningRate: Float { make().learningRate }

    /// Makes a new optimizer with its defaults.
    public func make() -> Optimizer {
        // Names are checked when a kind is made.
        (try? Optimizer.named(name)) ?? SGD(momentum: 0.9)
    }
}
