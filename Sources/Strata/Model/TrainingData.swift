// Checks the data for training and prediction before anything is computed.
extension Model {
    /// Samples for each input, and targets for each output that has targets.
    typealias Data = (x: [Samples], y: [Samples])

    func check(_ name: String, _ number: Int, least: Int) throws {
        guard number >= least else {
            throw StrataError("\(name) must be at least \(least), but got \(number)")
        }
    }

    /// Checks the data against the model and each other, and converts them for plans.
    func prepared(
        _ x: [any SampleSource], _ y: [any SampleSource]?
    ) throws -> Data {
        let inputs = try x.map { try $0.samples() }
        let targets = try (y ?? []).map { try $0.samples() }
        for samples in inputs + targets where samples.shape.rank == 0 || samples.shape.count == 0 {
            throw StrataError(
                "Data must have at least one row of at least one number, but got shape "
                    + "\(samples.shape)")
        }
        if let sequential = self as? Sequential, !sequential.isDefined, let first = inputs.first {
            try sequential.build([first.shape])
        }
        if let error { throw error }
        guard inputs.count == self.inputs.count else {
            throw StrataError(
                "The model has \(self.inputs.count) inputs, so it must be given as many arrays of "
                    + "samples, but got \(inputs.count)")
        }
        for (declared, samples) in zip(self.inputs, inputs) {
            let expected = declared.shape.withoutBatch
            guard samples.shape.withoutBatch == expected else {
                throw StrataError(
                    "The model takes samples of shape \(declared.shape), but got "
                        + "\(samples.shape)")
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
            for (index, labels) in zip(compilation.targets, targets)
            where compilation.outputs[index].loss?.isSparse(labels.shape, outputs[index].shape)
                == true
            {
                if let classes = outputs[index].shape.dimensions.last {
                    let ignored = compilation.outputs[index].loss?.ignoreClass
                    try checkLabels(labels, classes, except: ignored.map(Float.init))
                }
            }
        }
        return (inputs, targets)
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

    /// The sample weights, given directly or by the classes of the samples.
    func sampleWeights(
        _ classWeight: [Int: Float]?, _ sampleWeight: [Float]?, _ data: Data
    ) throws -> Storage? {
        guard classWeight == nil || sampleWeight == nil else {
            throw StrataError("classWeight and sampleWeight cannot be used together.")
        }
        let rows = data.x[0].rowCount
        if let sampleWeight {
            guard sampleWeight.count == rows else {
                throw StrataError(
                    "There must be a weight for each of the \(rows) samples, but got "
                        + "\(sampleWeight.count)")
            }
            return Storage(floats: sampleWeight)
        }
        guard let classWeight else { return nil }
        guard data.y.count == 1 else {
            throw StrataError(
                "classWeight can only be used with one output, but got targets of \(data.y.count)")
        }
        let targets = data.y[0]
        let labels = try targets.labels()
        let width = max(1, labels.count / targets.rowCount)
        let weights = (0..<targets.rowCount).map { row -> Float in
            // The class of a one-hot row is its largest number.
            let own = labels[row * width..<(row + 1) * width]
            let largest = own.indices.max { (own[$0], $1) < (own[$1], $0) }!
            let label =
                width == 1
                ? Int(exactly: own.first!.rounded(.towardZero)) : largest - own.startIndex
            return label.flatMap { classWeight[$0] } ?? 1
        }
        return Storage(floats: weights)
    }
}
