import Strata

/// How an architecture is trained unless one says otherwise.
public struct Recipe: Sendable {
    public var optimizer: OptimizerKind
    public var learningRate: Float
    /// Images a step.
    public var batchSize: Int
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

    /// A new optimizer, which has made no steps.
    /// - Parameter schedule: what gives the learning rate, if it does not stay the recipe's.
    public func makeOptimizer(schedule: (any LearningRateSchedule)? = nil) -> Optimizer {
        optimizer.make(learningRate: schedule ?? learningRate)
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

/// The optimizers by name.
public enum OptimizerKind: String, CaseIterable, Sendable {
    case sgd
    /// `SGD` with a momentum of 0.9.
    case momentum
    case adam, adamw, nadam, adamax, rmsprop, adagrad, adadelta

    /// What Keras takes if none is given.
    public var defaultLearningRate: Float {
        switch self {
        case .sgd, .momentum: 0.01
        case .adam, .adamw, .nadam, .adamax, .rmsprop, .adagrad, .adadelta: 0.001
        }
    }

    /// A new optimizer, which has made no steps.
    public func make(learningRate: any LearningRateSchedule) -> Optimizer {
        switch self {
        case .sgd: SGD(learningRate: learningRate)
        case .momentum: SGD(learningRate: learningRate, momentum: 0.9)
        case .adam: Adam(learningRate: learningRate)
        case .adamw: AdamW(learningRate: learningRate)
        case .nadam: Nadam(learningRate: learningRate)
        case .adamax: Adamax(learningRate: learningRate)
        case .rmsprop: RMSprop(learningRate: learningRate)
        case .adagrad: Adagrad(learningRate: learningRate)
        case .adadelta: Adadelta(learningRate: learningRate)
        }
    }
}
