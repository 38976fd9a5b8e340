// Checks the data for training and prediction before anything is computed.
extension Model {
    /// A source whose columns fit the model.
    struct Data {
        let source: any SampleSource
        /// Samples for each input.
        var x: [SampleColumn]
        /// Targets for each output that has targets.
        let y: [SampleColumn]
        var weights = SampleWeights.equal

        var rowCount: Int { source.count }
    }

    /// How much each sample counts in the loss.
    enum SampleWeights {
        case equal
        /// `[samples]`, or `[samples, …]` with a weight for each position of a sample.
        case rows(Samples)
        /// The weight of each class, of targets that are not known before they are used.
        case byClass([Int: Float])
    }

    func check(_ name: String, _ number: Int, least: Int) throws {
        guard number >= least else {
            throw StrataError("\(name) must be at least \(least), but got \(number)")
        }
    }

    /// Checks arrays against the model and each other.
    func prepared(_ x: [any SampleArray], _ y: [any SampleArray]) throws -> Data {
        try prepared(examples(x, y))
    }

    func examples(_ x: [any SampleArray], _ y: [any SampleArray] = []) throws -> Examples {
        guard !x.isEmpty else { throw wrongInputCount(0) }
        return Examples(
            inputs: try x.map { try $0.samples() }, targets: try y.map { try $0.samples() })
    }

    private func wrongInputCount(_ count: Int) -> StrataError {
        StrataError(
            "The model has \(inputs.count) inputs, so it must be given as many arrays of samples, but got "
                + "\(count)")
    }

    /// Checks a source against the model.
    /// - Parameter hasTargets: whether its targets are used.
    func prepared(_ source: any SampleSource, hasTargets: Bool = true) throws -> Data {
        var data = Data(source: source, x: source.inputs, y: hasTargets ? source.targets : [])
        try checkColumns(of: data)
        if let sequential = self as? Sequential, !sequential.isDefined, let first = data.x.first {
            try exclusively { try sequential.build([first.type.shape.batched(data.rowCount)]) }
        }
        if let error { throw error }
        guard data.x.count == inputs.count else { throw wrongInputCount(data.x.count) }
        for (index, declared) in inputs.enumerated() {
            data.x[index] = data.x[index].matched(to: declared.shape.withoutBatch)
            if index == 0 { data.x[index].scale = scale(of: data.x[index].type) }
            let shape = data.x[index].type.shape.batched(data.rowCount)
            guard declared.shape.accepts(shape) else {
                throw StrataError(
                    "The model takes samples of shape \(declared.shape), but got \(shape)")
            }
        }
        try checkCounts(of: data)
        if hasTargets, let compilation {
            guard data.y.count == compilation.targets.count else {
                throw StrataError(
                    "There must be targets for \(compilation.targets.count) outputs, but got "
                        + "\(data.y.count)")
            }
            try checkLabels(data.y.map(\.samples)) { $0 }
        }
        return data
    }

    private func checkColumns(of data: Data) throws {
        for column in data.x + data.y {
            let shape = column.samples?.shape ?? column.type.shape.batched(data.rowCount)
            guard shape.rank > 0, shape.count > 0 else {
                throw StrataError(
                    "Data must have at least one row of at least one number, but got shape \(shape)"
                )
            }
        }
    }

    private func checkCounts(of data: Data) throws {
        let count = data.rowCount
        for samples in data.x.compactMap(\.samples) where samples.rowCount != count {
            throw StrataError(
                "All inputs must have the same number of samples, but got \(count) and "
                    + "\(samples.rowCount)")
        }
        for samples in data.y.compactMap(\.samples) where samples.rowCount != count {
            throw StrataError(
                "There must be a target for each sample, but got \(count) samples and "
                    + "\(samples.rowCount) targets")
        }
    }

    /// Checks that class numbers are those of classes.
    /// - Parameters:
    ///   - targets: the targets of each output that has any; nil for those that are not to be checked.
    ///   - row: what errors call a row of them.
    func checkLabels(_ targets: [Samples?], row: (Int) -> Int) throws {
        guard let compilation else { return }
        for (index, labels) in zip(compilation.targets, targets) {
            guard let labels, let loss = compilation.outputs[index].loss, loss.checksLabels,
                loss.isSparse(labels.shape, outputs[index].shape),
                let classes = outputs[index].shape.dimensions.last
            else { continue }
            try checkLabels(labels, classes, except: loss.ignoreClass.map(Float.init), row: row)
        }
    }

    private func checkLabels(
        _ targets: Samples, _ classes: Int, except ignored: Float?, row: (Int) -> Int
    ) throws {
        let rows = max(1, targets.shape.count / targets.rowCount)
        for (position, label) in targets.labels().enumerated()
        where !(label >= 0 && label < Float(classes) && label == label.rounded())
            && label != ignored
        {
            let isWhole = label == label.rounded() && Swift.abs(label) < 1e9
            let written = isWhole ? "\(Int(label))" : "\(label)"
            throw StrataError(
                "Labels must be class numbers from 0 to \(classes - 1), since the model has "
                    + "\(classes) outputs, but got \(written) in row \(row(position / rows))")
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
        case (nil, nil): data.weights = .equal
        case (let classWeight?, nil):
            guard data.y.count == 1 else {
                throw StrataError(
                    "classWeight can only be used with one output, but got targets of "
                        + "\(data.y.count)")
            }
            if let targets = data.y[0].samples {
                data.weights = .rows(try weights(of: targets, byClass: classWeight))
            } else {
                data.weights = .byClass(classWeight)
            }
        case (nil, let sampleWeight?):
            data.weights = .rows(try weights(of: data, given: sampleWeight))
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

    /// The weights of samples, or of their positions, by the classes that they are of.
    func weights(of targets: Samples, byClass classWeight: [Int: Float]) throws -> Samples {
        guard let output = compilation?.targets.first else { throw Model.notCompiled }
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
        let numbers = targets.labels()
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
