import Strata

/// How an architecture is trained unless one says otherwise.
public struct Recipe: Sendable {
    public var optimizer: OptimizerKind
    public var learningRate: Float
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
    public func makeOptimizer() -> Optimizer { optimizer.make(learningRate: learningRate) }
}

/// The optimizers by name.
public enum OptimizerKind: String, CaseIterable, Sendable {
    case sgd
    /// ``SGD`` with a momentum of 0.9.
    case momentum
    case adam, rmsprop, adagrad

    public var defaultLearningRate: Float {
        switch self {
        case .sgd, .momentum: 0.01
        case .adam, .rmsprop, .adagrad: 0.001
        }
    }

    public func make(learningRate: Float) -> Optimizer {
        switch self {
        case .sgd: SGD(learningRate: learningRate)
        case .momentum: SGD(learningRate: learningRate, momentum: 0.9)
        case .adam: Adam(learningRate: learningRate)
        case .rmsprop: RMSprop(learningRate: learningRate)
        case .adagrad: Adagrad(learningRate: learningRate)
        }
    }
}
