import Strata

/// Labelled examples for training and for testing.
///
/// ```swift
/// let data = try CIFAR10(directory: "data")
/// try model.fit(data.train, epochs: 10)
/// print(try model.evaluate(data.test))
/// ```
public protocol Dataset: Sendable {
    /// The names of the classes, in the order of their labels.
    var classNames: [String] { get }
    /// The training examples.
    var train: Examples { get }
    /// The test examples.
    var test: Examples { get }
}

extension Examples {
    /// Checks that all labels are whole numbers from 0 to `classCount - 1`.
    /// - Throws: `StrataError` if one is not.
    public func checkLabels(classCount: Int) throws {
        for (index, label) in y.floats().enumerated() {
            guard label >= 0, label < Float(classCount), label == label.rounded() else {
                let text =
                    label == label.rounded(.towardZero) && abs(label) < 1e9
                    ? "\(Int(label))" : "\(label)"
                throw StrataError(
                    "Labels must be whole numbers from 0 to \(classCount - 1), but y[\(index)] is "
                        + text)
            }
        }
    }
}
