import Strata

/// Labelled examples in two parts: what a model learns from, and what it is judged by.
///
/// ```swift
/// let data = try CIFAR10(directory: "data")
/// try model.fit(data.train.samples, data.train.y, epochs: 10)
/// print(try model.evaluate(data.test.samples, data.test.y))
/// ```
public protocol Dataset: Sendable {
    /// What the classes are called, in the order of their labels.
    var classNames: [String] { get }
    /// What a model learns from.
    var train: Examples { get }
    /// What it is judged by.
    var test: Examples { get }
}

/// Inputs and a label for each, at least one.
public struct Examples: Sendable {
    /// Example by example: (N, height, width, channels) for images.
    public let x: ArrayData
    /// Labels from 0: of shape (N) or (N, 1), or for each pixel, (N, height, width).
    public let y: ArrayData
    /// What inputs are multiplied by as a batch of them is gathered: bytes stay bytes until then.
    public let scale: Float

    public var count: Int { x.shape[0] }

    /// The inputs with their scale, as `fit`, `evaluate` and `predict` take them.
    public var samples: Samples { Samples(x, scale: scale) }

    /// Pairs `x` with `y`; bytes are scaled from 0...255 to 0...1 unless `scale` says otherwise.
    /// - Throws: `StrataError` if there are no examples, or the shapes do not belong together.
    public init(x: ArrayData, y: ArrayData, scale: Float? = nil) throws {
        guard let count = x.shape.first, x.shape.count > 1 else {
            throw StrataError("x is of shape \(x.shape), and its first dimension counts examples.")
        }
        let isOfPixels = x.shape.count == 4 && y.shape.dropFirst() == x.shape[1..<3]
        guard y.shape == [y.count] || y.shape == [y.count, 1] || isOfPixels else {
            throw StrataError(
                "y is of shape \(y.shape), and labels are of shape [N] or [N, 1], or for each pixel "
                    + "[N, height, width].")
        }
        guard count == y.shape[0] else {
            throw StrataError("x has \(count) examples, but y has \(y.shape[0]) labels.")
        }
        guard count > 0 else { throw StrataError("x and y hold no examples.") }
        self.x = x
        self.y = y
        self.scale = scale ?? (x.dtype == .uint8 ? 1 / 255 : 1)
    }

    init(rows: [Int], of other: Examples) {
        x = other.x.rows(rows)
        y = other.y.rows(rows)
        scale = other.scale
    }

    /// Throws if a label is not one of 0..<`classCount`.
    public func checkLabels(classCount: Int) throws {
        for (index, label) in y.floats().enumerated() {
            guard label >= 0, label < Float(classCount), label == label.rounded() else {
                let text =
                    label == label.rounded(.towardZero) && abs(label) < 1e9
                    ? "\(Int(label))" : "\(label)"
                throw StrataError(
                    "y[\(index)] is \(text), and labels are whole numbers from 0 to"
                        + " \(classCount - 1).")
            }
        }
    }
}
