// A trained network with another head, of which only some layers are trained further.
extension Model {
    /// A model with the layers of this one and a new classifier in place of its own.
    ///
    /// The last `Dense` layer and what comes after it are left out; a network without one that ends in feature
    /// maps gets a ``GlobalAveragePooling2D``. The layers are shared with this model, and so are their weights.
    ///
    /// ```swift
    /// let model = try Model.load(from: "efficientnet_lite0.keras").withNewHead(classes: 5)
    /// try model.freeze()
    /// ```
    /// - Parameters:
    ///   - classes: the number of classes.
    ///   - name: the name of the new layer, `head` by default.
    /// - Throws: ``StrataError`` if the model's definition is wrong, it has several outputs, or it ends in
    ///   something else.
    public func withNewHead(classes: Int, name: String = "head") throws -> Model {
        if let error { throw error }
        guard classes >= 1 else {
            throw StrataError("classes must be at least 1, but got \(classes)")
        }
        guard outputs.count == 1 else {
            throw StrataError(
                "A new head is for a model of one output, but \(self.name) has \(outputs.count)")
        }
        var features = outputs[0]
        // What comes after the classifier has no weights.
        var call = LayerCall.of(features)
        while let last = call, !(last.layer is Dense), last.layer.weights.isEmpty,
            last.inputs.count == 1
        {
            call = LayerCall.of(last.inputs[0])
        }
        if let call, call.layer is Dense { features = call.inputs[0] }
        if features.rank == 4 { features = GlobalAveragePooling2D()(features) }
        guard features.rank == 2 else {
            throw StrataError(
                "A new head is for features [batch, numbers] or maps [batch, height, width, channels], but "
                    + "\(self.name) ends in \(features.shape)")
        }
        let isTaken = layers.contains { $0.name == name && $0 !== call?.layer }
        let head = Dense(classes, activation: .softmax, name: isTaken ? nil : name)
        let model = Model(inputs: inputs, outputs: head(features), name: self.name)
        if let error = model.error { throw error }
        model.seed = seed
        if var description = dataDescription {
            description.classNames = []
            model.dataDescription = description
        }
        return model
    }

    /// A model that takes pixels of 0 to 255 and prepares them for this one, whose layers it shares.
    /// - Parameter preprocessing: what this model expects.
    /// - Throws: ``StrataError`` if the model's definition is wrong, or its input is not of images of three
    ///   colours.
    public func withPreprocessing(_ preprocessing: ImagePreprocessing) throws -> Model {
        if let error { throw error }
        guard inputs.count == 1, inputs[0].rank == 4, inputs[0].shape[3] == 3 else {
            throw StrataError(
                "Preprocessing is for a model of images of three colours, but \(name) takes "
                    + inputs.map { "\($0.shape)" }.joined(separator: " and "))
        }
        let pixels = Input(shape: inputs[0].shape.withoutBatch)
        var values = [ObjectIdentifier(inputs[0].node): [preprocessing(pixels)]]
        for call in calls where values[ObjectIdentifier(call.outputs[0].node)] == nil {
            let given = call.inputs.map { values[ObjectIdentifier($0.node)]![$0.index] }
            values[ObjectIdentifier(call.outputs[0].node)] = LayerCall.apply(call.layer, given)
        }
        let model = Model(
            inputs: [pixels],
            outputs: outputs.map { values[ObjectIdentifier($0.node)]![$0.index] }, name: name)
        if let error = model.error { throw error }
        model.seed = seed
        return model
    }

    /// Freezes layers: training leaves their weights as they are, and batch normalization computes as in
    /// inference. Takes effect at the next `compile`.
    /// - Parameter layer: the first layer that is still trained, with all after it; by default the last one
    ///   with weights.
    /// - Throws: ``StrataError`` that tells the names, if there is no such layer.
    public func freeze(before layer: String? = nil) throws {
        let last = layers.last { !$0.weights.isEmpty }
        let first = try layer.map { try self.layer(named: $0) } ?? last
        for layer in layers { layer.isTrainable = false }
        if let first { unfreeze(from: first) }
    }

    /// Trains a layer and all after it again. Takes effect at the next `compile`.
    /// - Parameter layer: the name of the first layer that is trained.
    /// - Throws: ``StrataError`` that tells the names, if there is no such layer.
    public func unfreeze(from layer: String) throws {
        unfreeze(from: try self.layer(named: layer))
    }

    private func unfreeze(from first: any Layer) {
        guard let start = layers.firstIndex(where: { $0 === first }) else { return }
        for layer in layers[start...] { layer.isTrainable = true }
    }

    /// Divides the model where training begins to change it: the frozen layers at its beginning, and the
    /// rest. What the frozen part gives for a sample is always the same, so that it need be computed only
    /// once. Both parts share their layers with the model: what the rest learns the model has learned.
    ///
    /// ```swift
    /// let (base, head) = try model.dividedAtFrozen()
    /// try head.compile(optimizer: Adam(), loss: .sparseCategoricalCrossentropy)
    /// try head.fit(base.features(of: data.train), epochs: 20)
    /// ```
    /// - Throws: ``StrataError`` if the model's definition is wrong, or its first layers are not frozen.
    public func dividedAtFrozen() throws -> (base: Model, head: Model) {
        if let error { throw error }
        var changing = Set<ObjectIdentifier>()
        var features: [Tensor] = []
        for call in calls {
            let isChanging = call.inputs.map { changing.contains(ObjectIdentifier($0.node)) }
            guard isChanging.contains(true) || call.changesInTraining else { continue }
            for output in call.outputs { changing.insert(ObjectIdentifier(output.node)) }
            for (input, isChanging) in zip(call.inputs, isChanging)
            where !isChanging
                && !features.contains(where: { $0.node === input.node && $0.index == input.index })
            {
                features.append(input)
            }
        }
        guard !features.isEmpty,
            !features.contains(where: { input in inputs.contains { $0.node === input.node } })
        else {
            throw StrataError(
                "\(name) has no frozen layers at its beginning, whose features could be computed once."
            )
        }
        let base = Model(inputs: inputs, outputs: features, name: "\(name)_base")
        let head = Model(inputs: features, outputs: outputs, name: "\(name)_head")
        if let error = base.error ?? head.error { throw error }
        (base.seed, head.seed) = (seed, seed)
        return (base, head)
    }

    /// The model's outputs for a source, as inputs of another model, with the source's targets.
    /// - Parameters:
    ///   - source: the samples.
    ///   - batchSize: samples that are computed at a time.
    ///   - callbacks: called at the hook points of `predict`, in order.
    /// - Throws: what `predict` throws.
    public func features(
        of source: any SampleSource, batchSize: Int = 32, callbacks: [any Callback] = []
    ) throws -> Examples {
        let outputs = try predictOutputs(source, batchSize: batchSize, callbacks: callbacks)
        let known = source.targets.compactMap(\.samples)
        let targets =
            known.count == source.targets.count
            ? known : try Examples(reading: source).targetSamples
        return Examples(inputs: try outputs.map { try $0.samples() }, targets: targets)
    }
}

extension LayerCall {
    /// Whether training changes what the layer gives: its weights, its state, or at random.
    fileprivate var changesInTraining: Bool {
        guard layer.trainableWeights.isEmpty else { return true }
        var isRandom = false
        let context = Context(isTraining: true) { path in
            isRandom = true
            return Tensor(Random.Key(seed: 0, path: path), step: 0)
        }
        defer { context.finish() }
        _ = context.invoke(layer, LayerCall.placeholders(for: inputs, context))
        return isRandom || !context.updates.isEmpty
    }
}
