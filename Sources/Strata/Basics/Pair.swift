/// A height and a width, such as the size of a kernel. A literal is one number for both, or
/// `[height, width]`.
public struct Pair: Hashable, Sendable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
    /// The vertical size.
    public let height: Int
    /// The horizontal size.
    public let width: Int

    /// - Parameters:
    ///   - height: the vertical size.
    ///   - width: the horizontal size.
    public init(_ height: Int, _ width: Int) {
        self.height = height
        self.width = width
    }

    /// - Parameter both: the size in both directions.
    public init(_ both: Int) { self.init(both, both) }

    /// Makes a pair from a literal.
    /// - Parameter value: the size in both directions.
    public init(integerLiteral value: Int) { self.init(value) }

    /// Makes a pair from a literal.
    /// - Parameter elements: height and width, or one size for both.
    /// - Precondition: the literal has one or two elements.
    public init(arrayLiteral elements: Int...) {
        precondition(
            (1...2).contains(elements.count),
            "A pair must have one or two sizes, but got \(elements.count)")
        self.init(elements[0], elements[elements.count - 1])
    }

    /// Height and width.
    public var values: [Int] { [height, width] }
}
