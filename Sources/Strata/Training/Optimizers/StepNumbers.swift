/// The numbers that an optimizer's step needs beside weights and gradients: computed anew for each
/// step, or what stands for them in a compiled one.
struct StepNumbers<Value> {
    /// The optimizer's own, as ``Optimizer/hyperparameters()`` lists them.
    let hyperparameters: [Value]
    /// The part by which every weight shrinks, if weights decay.
    let decay: Value?
    /// What the averages of the weights need, if they are kept.
    let averaging: WeightAveraging.Numbers<Value>?
    /// 1 if this batch completes a step, otherwise 0; nil if each does.
    let isComplete: Value?

    /// All numbers in one order.
    var all: [Value] {
        hyperparameters
            + [decay, averaging?.momentum, averaging?.overwrites, isComplete]
            .compactMap { $0 }
    }

    /// Something else for each number, in the order of ``all``.
    func map<Other>(_ transform: (Value) -> Other) -> StepNumbers<Other> {
        StepNumbers<Other>(
            hyperparameters: hyperparameters.map(transform), decay: decay.map(transform),
            averaging: averaging.map {
                .init(momentum: transform($0.momentum), overwrites: transform($0.overwrites))
            },
            isComplete: isComplete.map(transform))
    }
}
