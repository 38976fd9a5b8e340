import Strata
import StrataDatasets

/// A model's output for samples as a CSV file: a line for each, with its file's name or its number.
///
/// Of a classifier the class and its score come first, then the scores of all classes.
struct PredictionTable {
    let text: String

    /// - Parameters:
    ///   - output: `[samples, …]`.
    ///   - source: the samples.
    init(_ output: ArrayData, _ source: any SampleSource, _ named: NamedModel) throws {
        let paths = (source as? ImageFiles)?.paths
        let numbers = output.floats()
        let width = numbers.count / max(1, source.count)
        let scores = try ClassScores(Tensor(output))
        let count = scores?.classCount ?? width
        let known = named.model.dataDescription?.classNames ?? []
        let names =
            known.count == count
            ? known : (0..<count).map { scores == nil ? "output \($0)" : "class \($0)" }
        var lines = [
            [paths == nil ? "sample" : "file"] + (scores == nil ? [] : ["class", "score"]) + names
        ]
        for sample in 0..<source.count {
            let name = paths?[sample] ?? "\(sample)"
            if let own = scores?[sample] {
                let best = own.indices.max { (own[$0], $1) < (own[$1], $0) }!
                lines.append(
                    [name, names[best - own.startIndex], "\(own[best])"] + own.map { "\($0)" })
            } else {
                lines.append(
                    [name] + numbers[sample * width..<(sample + 1) * width].map { "\($0)" })
            }
        }
        text = lines.map { $0.map(Self.quoted).joined(separator: ",") + "\n" }.joined()
    }

    /// A field in quotation marks, if it needs them (RFC 4180).
    private static func quoted(_ field: String) -> String {
        guard field.contains(where: { ",\"\n\r".contains($0) }) else { return field }
        return "\"" + field.replacing("\"", with: "\"\"") + "\""
    }
}
