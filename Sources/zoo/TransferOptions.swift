import Strata

/// Options for training a network that was trained before on something else.
enum TransferOptions {
    static let all: [any AnyOption] = [
        Options.preprocessing, Options.newHead, Options.freeze, Options.unfreeze,
        Options.cacheFeatures,
    ]
}

extension Arguments {
    /// The model with preprocessing before it, another head, and frozen layers, as the options say.
    func adapted(_ named: NamedModel) throws -> NamedModel {
        var model = named.model
        if let preprocessing = self[Options.preprocessing] {
            model = try model.withPreprocessing(preprocessing)
        }
        if let classes = self[Options.newHead] { model = try model.withNewHead(classes: classes) }
        switch (has(Options.freeze), self[Options.unfreeze]) {
        case (true, let layer): try model.freeze(before: layer)
        case (false, let layer?): try model.unfreeze(from: layer)
        case (false, nil): return NamedModel(named, model)
        }
        // What is frozen takes effect when the model is compiled.
        if model === named.model, let optimizer = model.optimizer {
            try model.recompile(optimizer: optimizer)
        }
        return NamedModel(named, model)
    }
}

extension Model {
    /// Trains what is not frozen on the features that the frozen layers give, computed once.
    /// - Parameter fit: trains a model on data.
    func trainOnFeatures(
        _ data: any SampleSource, validation: (any SampleSource)?, batchSize: Int,
        callbacks: [any Callback], fit: (Model, Examples, Examples?) throws -> Void
    ) throws {
        let (base, head) = try dividedAtFrozen()
        try head.compile(like: self)
        func features(_ data: any SampleSource) throws -> Examples {
            try base.features(of: data, batchSize: batchSize, callbacks: callbacks)
        }
        let training = try features(data)
        let validation = try validation.map(features)
        defer { trainingRecord = head.trainingRecord }
        try fit(head, training, validation)
    }
}
