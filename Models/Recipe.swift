import Strata

/// How an architecture is trained unless one says otherwise.
public struct Recipe: Sendable {
    public var optimizer: OptimizerKind
    public var learningRate: Float
    /// Images a step.
    public var batchSize: Int
    public var loss: Loss

    /// - Parameter learningRate: the optimizer's own default if nil.
    public init(
        optimizer: OptimizerKind, learningRate: Float? = nil, batchSize: Int,
        loss: Loss = .sparseCategoricalCrossentropy
    ) {
        self.optimizer = optimizer
        self.learningRate = learningRate ?? optimizer.defaultLearningRate
        self.batchSize = batchSize
        self.loss = loss
    }

    /// A new optimizer, which has made no steps.
    /// - Parameter schedule: what gives the learning rate, if it does not stay the recipe's.
    public func makeOptimizer(schedule: (any LearningRateSchedule)? = nil) -> Optimizer {
        optimizer.make(learningRate: schedule ?? learningRate)
    }
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
