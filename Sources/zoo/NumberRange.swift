import Strata

extension ArrayData {
    /// The largest magnitude among the numbers of the first rows, at most a million of them; 0 if none is
    /// finite.
    var largestMagnitude: Float {
        let count = shape.reduce(1, *)
        guard let rows = shape.first, rows > 0, count > 0 else { return 0 }
        let taken = min(rows, max(1, 1_000_000 / max(1, count / rows)))
        let numbers = self.rows(Array(0..<taken)).floats()
        return numbers.reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
    }
}

extension CommandLineTool {
    /// Warns of numbers that are far larger than those that a model was trained on, or is likely to learn
    /// from: pixels of 0 to 255 in the place of 0 to 1, as a rule.
    /// - Parameters:
    ///   - arrays: the inputs, and what each is multiplied by.
    ///   - files: what the inputs are called.
    static func warnOfLargeNumbers(
        _ arrays: [(array: ArrayData, scale: Float)], from files: [String], for model: NamedModel
    ) {
        let largest = zip(arrays, files).map { input, file in
            (file, input.array.largestMagnitude * abs(input.scale))
        }
        guard let (file, given) = largest.max(by: { $0.1 < $1.1 }) else { return }
        if let usual = model.model.dataDescription?.largest {
            guard given > 20 * usual else { return }
            note(
                "\(file) has numbers up to \(formatted(Double(given))), and \(model.name) was trained on numbers "
                    + "up to \(formatted(Double(usual))): --scale brings them there (1/255 for pixels)."
            )
        } else if !model.isFile, given > 20, !model.scalesItsInputs {
            note(
                "\(file) has numbers up to \(formatted(Double(given))), and networks learn from numbers near 1: "
                    + "--scale brings them there (1/255 for pixels).")
        }
    }
}

extension NamedModel {
    /// Whether the model brings its inputs to a range of its own.
    fileprivate var scalesItsInputs: Bool {
        model.layers.contains { $0 is Rescaling || $0 is Normalization || $0 is BatchNormalization }
    }
}
