/// Rows and columns at the four sides of an image: one number for all sides, or
/// `[[top, bottom], [left, right]]`.
public struct Border: Hashable, Sendable, ExpressibleByIntegerLiteral {
    /// The number of rows at the top.
    public let top: Int
    /// The number of rows at the bottom.
    public let bottom: Int
    /// The number of columns on the left.
    public let left: Int
    /// The number of columns on the right.
    public let right: Int

    /// - Parameters:
    ///   - top: the number of rows at the top; 0 by default, as for the others.
    ///   - bottom: the number of rows at the bottom.
    ///   - left: the number of columns on the left.
    ///   - right: the number of columns on the right.
    public init(top: Int = 0, bottom: Int = 0, left: Int = 0, right: Int = 0) {
        self.top = top
        self.bottom = bottom
        self.left = left
        self.right = right
    }

    /// The same above and below, and the same left and right.
    /// - Parameters:
    ///   - height: the number of rows at the top and at the bottom.
    ///   - width: the number of columns on the left and on the right.
    public init(height: Int, width: Int) {
        self.init(top: height, bottom: height, left: width, right: width)
    }

    /// - Parameter value: the number of rows and columns on each side.
    public init(integerLiteral value: Int) { self.init(height: value, width: value) }

    var before: [Int] { [0, top, left, 0] }
    var after: [Int] { [0, bottom, right, 0] }

    func check() throws {
        guard min(top, bottom, left, right) >= 0 else {
            throw StrataError(
                "sizes of at least 0 were expected, but got top \(top), bottom \(bottom), "
                    + "left \(left) and right \(right)")
        }
    }
}

extension Border: ConfigurationValue {
    public static var isSize: Bool { true }
    /// The border as Keras writes it.
    public var json: JSON {
        [[.integer(top), .integer(bottom)], [.integer(left), .integer(right)]]
    }

    /// Reads a border as Keras writes it.
    /// - Parameter json: a number, a pair, or a pair of pairs.
    /// - Throws: ``StrataError`` if it is something else.
    public init(json: JSON) throws {
        if let sides = try? Pair(json: json) {
            self.init(height: sides.height, width: sides.width)
        } else if let sides = try? [[Int]](json: json), sides.map(\.count) == [2, 2] {
            self.init(
                top: sides[0][0], bottom: sides[0][1], left: sides[1][0], right: sides[1][1])
        } else {
            throw json.mismatch("[[top, bottom], [left, right]]")
        }
    }
}
