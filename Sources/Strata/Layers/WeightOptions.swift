/// How a layer's weight begins, is penalized and is kept in bounds.
public struct WeightOptions: Hashable, Sendable {
    /// Draws the first values.
    public var initializer: Initializer
    /// A penalty on the values, added to the loss; nil for none.
    public var regularizer: Regularizer?
    /// What the values are brought back to after each step of training; nil for no bounds.
    public var constraint: Constraint?

    /// - Parameters:
    ///   - initializer: draws the first values.
    ///   - regularizer: a penalty on the values, added to the loss; none by default.
    ///   - constraint: what the values are brought back to after each step; no bounds by default.
    public init(
        _ initializer: Initializer, _ regularizer: Regularizer? = nil,
        _ constraint: Constraint? = nil
    ) {
        self.initializer = initializer
        self.regularizer = regularizer
        self.constraint = constraint
    }
}

extension Array {
    /// The options of weights as Keras writes them: all initializers, all regularizers, those of the
    /// layer's output, all constraints.
    /// - Parameters:
    ///   - weights: the names of weights and the properties that hold their options.
    ///   - activityRegularizer: the property that holds the penalty on the output, if there is one.
    static func weights<Owner>(
        _ weights: [(String, WritableKeyPath<Owner, WeightOptions>)],
        activityRegularizer: WritableKeyPath<Owner, Regularizer?>? = nil
    ) -> [Hyperparameter<Owner>] where Element == Hyperparameter<Owner> {
        var list: [Hyperparameter<Owner>] = weights.map {
            .value($0 + "_initializer", $1.appending(path: \.initializer))
        }
        list += weights.map { .value($0 + "_regularizer", $1.appending(path: \.regularizer)) }
        if let activityRegularizer {
            list.append(.value("activity_regularizer", activityRegularizer))
        }
        list += weights.map { .value($0 + "_constraint", $1.appending(path: \.constraint)) }
        return list
    }
}
