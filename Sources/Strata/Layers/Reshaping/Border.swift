/// Rows and columns at the four sides of an image: one number for all sides, or
/// `[[top, bottom], [left, right]]`.
public struct Border: Hashable, Sendable, ExpressibleByIntegerLiteral {
    public let top: Int
    public let bottom: Int
    public let left: Int
    public let right: Int

    public init(top: Int = 0, bottom: Int = 0, left: Int = 0, right: Int = 0) {
        self.top = top
        self.bottom = bottom
        self.left = left
        self.right = right
    }

    /// The same above and below, and the same left and right.
    public init(height: Int, width: Int) {
        self.init(top: height, bottom: height, left: width, right: width)
    }

    public init(integerLiteral value: Int) { self.init(height: value, width: value) }

    var before: [Int] { [0, top, left, 0] }
    var after: [Int] { [0, bottom, right, 0] }

    func check() throws {
        guard min(top, bottom, left, right) >= 0 else {
            throw StrataError(
                "sizes of at least 0 were expected. Received: top \(top), bottom \(bottom), "
                    + "left \(left) and right \(right)")
        }
    }
}

extension Border: ConfigurationValue {
    public static var isSize: Bool { true }
    public var json: JSON {
        [[.integer(top), .integer(bottom)], [.integer(left), .integer(right)]]
    }

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
