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

    /// - Parameters:
    ///   - optimizer: the optimizer.
    ///   - learningRate: the learning rate; that of the optimizer by default.
    ///   - batchSize: the number of images in a batch.
    ///   - loss: the loss; sparse categorical cross-entropy by default.
    public init(
        optimizer: OptimizerKind, learningRate: Float? = nil, batchSize: Int,
        loss: Loss = .sparseCategoricalCrossentropy
    ) {
        self.optimizer = optimizer
        self.learningRate = learningRate ?? optimizer.defaultLearningRate
        self.batchSize = batchSize
        self.loss = loss
    }

    /// Makes a new optimizer.
    /// - Parameter schedule: a schedule for the learning rate; by default it stays that of the recipe.
    public func makeOptimizer(schedule: (any LearningRateSchedule)? = nil) -> Optimizer {
        optimizer.make(learningRate: schedule ?? learningRate)
    }
}

/// The optimizers by name.
public enum OptimizerKind: String, CaseIterable, Sendable {
    /// `SGD` without momentum.
    case sgd
    /// `SGD` with a momentum of 0.9.
    case momentum
    /// `Adam`.
    case adam
    /// `AdamW`.
    case adamw
    /// `Nadam`.
    case nadam
    /// `Adamax`.
    case adamax
    /// `RMSprop`.
    case rmsprop
    /// `Adagrad`.
    case adagrad
    /// `Adadelta`.
    case adadelta

    /// The default learning rate, as in Keras.
    public var defaultLearningRate: Float {
        switch self {
        case .sgd, .momentum: 0.01
        case .adam, .adamw, .nadam, .adamax, .rmsprop, .adagrad, .adadelta: 0.001
        }
    }

    /// Makes a new optimizer.
    /// - Parameter learningRate: a number or a schedule.
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
