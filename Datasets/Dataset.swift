import Strata

/// Labelled examples for training and for testing.
///
/// ```swift
/// let data = try CIFAR10(directory: "data")
/// try model.fit(data.train.samples, data.train.y, epochs: 10)
/// print(try model.evaluate(data.test.samples, data.test.y))
/// ```
public protocol Dataset: Sendable {
    /// The names of the classes, in the order of their labels.
    var classNames: [String] { get }
    /// The training examples.
    var train: Examples { get }
    /// The test examples.
    var test: Examples { get }
}

/// Inputs with a label for each. There is at least one.
public struct Examples: Sendable {
    /// The inputs: `[N, height, width, channels]` for images.
    public let x: ArrayData
    /// The labels, class numbers from 0: `[N]`, `[N, 1]`, or `[N, height, width]` for each pixel.
    public let y: ArrayData
    /// The factor that inputs are multiplied by when a batch is gathered; until then bytes stay bytes.
    public let scale: Float

    /// The number of examples.
    public var count: Int { x.shape[0] }

    /// The inputs with their scale, as `fit`, `evaluate` and `predict` take them.
    public var samples: Samples { Samples(x, scale: scale) }

    /// - Parameters:
    ///   - x: the inputs, `[N, …]`.
    ///   - y: the labels: `[N]`, `[N, 1]`, or `[N, height, width]` for each pixel.
    ///   - scale: the factor that inputs are multiplied by; by default 1/255 for bytes and 1 otherwise.
    /// - Throws: `StrataError` if there are no examples, or the shapes do not match.
    public init(x: ArrayData, y: ArrayData, scale: Float? = nil) throws {
        guard let count = x.shape.first, x.shape.count > 1 else {
            throw StrataError("x must have the shape [N, …], but got \(x.shape)")
        }
        let isOfPixels = x.shape.count == 4 && y.shape.dropFirst() == x.shape[1..<3]
        guard y.shape == [y.count] || y.shape == [y.count, 1] || isOfPixels else {
            throw StrataError(
                "y must have the shape [N] or [N, 1], or [N, height, width] for the pixels of images, but "
                    + "got \(y.shape)")
        }
        guard count == y.shape[0] else {
            throw StrataError(
                "There must be a label for each example, but got \(count) examples and \(y.shape[0]) labels"
            )
        }
        guard count > 0 else {
            throw StrataError("There must be at least one example, but x and y are empty")
        }
        self.x = x
        self.y = y
        self.scale = scale ?? (x.dtype == .uint8 ? 1 / 255 : 1)
    }

    init(rows: [Int], of other: Examples) {
        x = other.x.rows(rows)
        y = other.y.rows(rows)
        scale = other.scale
    }

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
