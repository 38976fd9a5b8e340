/// A size along height and width: one number for both, or `[height, width]`.
public struct Pair: Hashable, Sendable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
    public let height: Int
    public let width: Int

    public init(_ height: Int, _ width: Int) {
        self.height = height
        self.width = width
    }

    public init(_ both: Int) { self.init(both, both) }
    public init(integerLiteral value: Int) { self.init(value) }

    /// - Precondition: the literal has one or two elements.
    public init(arrayLiteral elements: Int...) {
        precondition((1...2).contains(elements.count), "A pair has one or two sizes.")
        self.init(elements[0], elements[elements.count - 1])
    }

    /// Height and width.
    public var values: [Int] { [height, width] }
}
