// Checks the data for training and prediction before anything is computed.
extension Model {
    /// Samples for each input, targets for each output that has targets, and the weights of the samples,
    /// if they have any.
    struct Data {
        let x: [Samples]
        let y: [Samples]
        /// `[samples]`, or `[samples, …]` with a weight for each position of a sample.
        var weights: Samples?

        var rowCount: Int { x[0].rowCount }

        /// The samples of an input, a target or the weights, by number, in this order.
        func samples(_ number: Int) -> Samples {
            if number < x.count { return x[number] }
            return number - x.count < y.count ? y[number - x.count] : weights!
        }
    }

    func check(_ name: String, _ number: Int, least: Int) throws {
        guard number >= least else {
            throw StrataError("\(name) must be at least \(least), but got \(number)")
        }
    }

    /// Checks the data against the model and each other, and converts them for plans.
    func prepared(
        _ x: [any SampleSource], _ y: [any SampleSource]?
    ) throws -> Data {
        var inputs = try x.map { try $0.samples() }
        let targets = try (y ?? []).map { try $0.samples() }
        for samples in inputs + targets where samples.shape.rank == 0 || samples.shape.count == 0 {
            throw StrataError(
                "Data must have at least one row of at least one number, but got shape "
                    + "\(samples.shape)")
        }
        if let sequential = self as? Sequential, !sequential.isDefined, let first = inputs.first {
            try exclusively { try sequential.build([first.shape]) }
        }
        if let error { throw error }
        guard inputs.count == self.inputs.count else {
            throw StrataError(
                "The model has \(self.inputs.count) inputs, so it must be given as many arrays of "
                    + "samples, but got \(inputs.count)")
        }
        for (index, declared) in self.inputs.enumerated() {
            inputs[index] = inputs[index].matched(to: declared.shape)
            guard declared.shape.accepts(inputs[index].shape) else {
                throw StrataError(
                    "The model takes samples of shape \(declared.shape), but got "
                        + "\(inputs[index].shape)")
            }
        }
        for samples in inputs where samples.rowCount != inputs[0].rowCount {
            throw StrataError(
                "All inputs must have the same number of samples, but got \(inputs[0].rowCount) and "
                    + "\(samples.rowCount)")
        }
        for samples in targets where samples.rowCount != inputs[0].rowCount {
            throw StrataError(
                "There must be a target for each sample, but got \(inputs[0].rowCount) samples and "
                    + "\(samples.rowCount) targets")
        }
        if y != nil, let compilation {
            guard targets.count == compilation.targets.count else {
                throw StrataError(
                    "There must be targets for \(compilation.targets.count) outputs, but got "
                        + "\(targets.count)")
            }
            for (index, labels) in zip(compilation.targets, targets) {
                guard let loss = compilation.outputs[index].loss, loss.checksLabels,
                    loss.isSparse(labels.shape, outputs[index].shape),
                    let classes = outputs[index].shape.dimensions.last
                else { continue }
                try checkLabels(labels, classes, except: loss.ignoreClass.map(Float.init))
            }
        }
        return Data(x: inputs, y: targets)
    }

    private func checkLabels(_ targets: Samples, _ classes: Int, except ignored: Float?) throws {
        let rows = max(1, targets.shape.count / targets.rowCount)
        for (position, label) in try targets.labels().enumerated()
        where !(label >= 0 && label < Float(classes) && label == label.rounded())
            && label != ignored
        {
            let isWhole = label == label.rounded() && Swift.abs(label) < 1e9
            let written = isWhole ? "\(Int(label))" : "\(label)"
            throw StrataError(
                "Labels must be class numbers from 0 to \(classes - 1), since the model has "
                    + "\(classes) outputs, but got \(written) in row \(position / rows)")
        }
    }

    /// The data with sample weights, given directly or by the classes of the targets.
    /// - Parameters:
    ///   - classWeight: the weight of each class.
    ///   - sampleWeight: a weight for each sample, or for each position of one.
    func weighted(
        _ data: Data, classWeight: [Int: Float]? = nil, sampleWeight: [Float]? = nil
    ) throws -> Data {
        var data = data
        switch (classWeight, sampleWeight) {
        case (nil, nil): data.weights = nil
        case (let classWeight?, nil): data.weights = try weights(of: data, byClass: classWeight)
        case (nil, let sampleWeight?): data.weights = try weights(of: data, given: sampleWeight)
        case (_?, _?): throw StrataError("classWeight and sampleWeight cannot be used together.")
        }
        return data
    }

    /// The positions of a sample that have a loss each, such as the pixels of a mask: the axes between
    /// the batch and the classes.
    private func positions(ofOutput index: Int) -> Shape {
        Shape(Array(outputs[index].shape.withoutBatch.dimensions.dropLast()))
    }

    private func weights(of data: Data, given numbers: [Float]) throws -> Samples {
        let rows = data.rowCount
        if numbers.count == rows { return Samples(floats: numbers, shape: [rows]) }
        let output = data.y.count == 1 ? compilation?.targets.first : nil
        let shape = (output.map { positions(ofOutput: $0) } ?? []).batched(rows)
        guard numbers.count == shape.count else {
            let others = shape.rank > 1 ? ", or for each of the positions \(shape)" : ""
            throw StrataError(
                "There must be a weight for each of the \(rows) samples\(others), but got "
                    + "\(numbers.count)")
        }
        return Samples(floats: numbers, shape: shape)
    }

    private func weights(of data: Data, byClass classWeight: [Int: Float]) throws -> Samples {
        guard data.y.count == 1, let output = compilation?.targets.first else {
            throw StrataError(
                "classWeight can only be used with one output, but got targets of "
                    + "\(data.y.count)")
        }
        let targets = data.y[0]
        let (rows, own) = (targets.rowCount, targets.shape.withoutBatch.dimensions)
        let predicted = outputs[output].shape.withoutBatch.dimensions
        let positions = positions(ofOutput: output)
        let isOneHot = own == predicted && predicted.last ?? 1 > 1
        guard isOneHot || own == positions.dimensions || own == positions.dimensions + [1] else {
            throw StrataError(
                "classWeight needs class numbers of shape \(positions.batched(rows)) or one-hot "
                    + "targets of shape \(Shape(predicted).batched(rows)), but got targets of shape "
                    + "\(targets.shape)")
        }
        let numbers = try targets.labels()
        let classes = isOneHot ? predicted[predicted.count - 1] : 1
        let weights = (0..<numbers.count / classes).map { position -> Float in
            let own = numbers[position * classes..<(position + 1) * classes]
            let label: Int?
            if isOneHot {
                // The first of the largest.
                label = own.indices.max { (own[$0], $1) < (own[$1], $0) }! - own.startIndex
            } else {
                label = Int(exactly: own[own.startIndex].rounded(.toNearestOrEven))
            }
            return label.flatMap { classWeight[$0] } ?? 1
        }
        return Samples(floats: weights, shape: positions.batched(rows))
    }
}
