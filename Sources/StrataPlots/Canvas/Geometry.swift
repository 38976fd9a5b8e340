import Foundation

/// A position on a canvas.
public struct Point: Hashable, Sendable {
    /// The distance from the left edge.
    public var x: Double
    /// The distance from the top edge.
    public var y: Double

    /// - Parameters:
    ///   - x: the distance from the left edge.
    ///   - y: the distance from the top edge.
    public init(_ x: Double, _ y: Double) {
        self.x = x
        self.y = y
    }

    static func + (a: Point, b: Point) -> Point { Point(a.x + b.x, a.y + b.y) }
    static func - (a: Point, b: Point) -> Point { Point(a.x - b.x, a.y - b.y) }
    static func * (a: Point, factor: Double) -> Point { Point(a.x * factor, a.y * factor) }

    /// The unit vector of an angle in radians, clockwise from the right.
    static func direction(_ angle: Double) -> Point { Point(cos(angle), sin(angle)) }

    func distance(to other: Point) -> Double {
        let way = other - self
        return (way.x * way.x + way.y * way.y).squareRoot()
    }
}

/// A width and a height on a canvas.
public struct Size: Hashable, Sendable {
    /// The width.
    public var width: Double
    /// The height.
    public var height: Double

    /// - Parameters:
    ///   - width: the width.
    ///   - height: the height.
    public init(_ width: Double, _ height: Double) {
        self.width = width
        self.height = height
    }
}

/// An area of a canvas.
public struct Rectangle: Hashable, Sendable {
    /// The left edge.
    public var x: Double
    /// The top edge.
    public var y: Double
    /// The width.
    public var width: Double
    /// The height.
    public var height: Double

    /// - Parameters:
    ///   - x: the left edge.
    ///   - y: the top edge.
    ///   - width: the width.
    ///   - height: the height.
    public init(x: Double, y: Double, width: Double, height: Double) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    /// The right edge.
    public var right: Double { x + width }
    /// The bottom edge.
    public var bottom: Double { y + height }
    /// The middle.
    public var center: Point { Point(x + width / 2, y + height / 2) }

    /// Whether the two rectangles overlap by more than an edge.
    public func overlaps(_ other: Rectangle) -> Bool {
        x < other.right && other.x < right && y < other.bottom && other.y < bottom
    }

    /// Whether `other` lies entirely inside this rectangle.
    public func contains(_ other: Rectangle) -> Bool {
        x <= other.x && y <= other.y && other.right <= right && other.bottom <= bottom
    }

    /// The rectangle with all sides moved inwards.
    func inset(by distance: Double) -> Rectangle {
        Rectangle(
            x: x + distance, y: y + distance, width: width - 2 * distance,
            height: height - 2 * distance)
    }

    /// The outline, clockwise, with rounded corners.
    func outline(radius: Double = 0) -> [Point] {
        let radius = min(radius, width / 2, height / 2)
        guard radius > 0 else {
            return [Point(x, y), Point(right, y), Point(right, bottom), Point(x, bottom)]
        }
        let centers = [
            Point(right - radius, y + radius), Point(right - radius, bottom - radius),
            Point(x + radius, bottom - radius), Point(x + radius, y + radius),
        ]
        return centers.enumerated().flatMap { corner, center in
            (0...8).map { step in
                let turn = (Double(corner) - 1 + Double(step) / 8) * .pi / 2
                return center + Point.direction(turn) * radius
            }
        }
    }
}

/// Cuts a line into the dashes of a pattern.
func dashes(of points: [Point], pattern: [Double]) -> [[Point]] {
    guard !pattern.isEmpty, pattern.allSatisfy({ $0 > 0 }), var place = points.first else {
        return [points]
    }
    var parts: [[Point]] = []
    var current = [place]
    var position = 0
    var rest = pattern[0]
    for next in points.dropFirst() {
        var length = place.distance(to: next)
        while length > rest {
            place = place + (next - place) * (rest / length)
            length -= rest
            if position.isMultiple(of: 2) { parts.append(current + [place]) }
            current = [place]
            position += 1
            rest = pattern[position % pattern.count]
        }
        rest -= length
        place = next
        current.append(next)
    }
    if position.isMultiple(of: 2) { parts.append(current) }
    return parts
}

/// The area of a thick line with round ends, as polygons of one orientation that overlap only at sharp
/// corners.
func outlines(of points: [Point], radius: Double) -> [[Point]] {
    var line: [Point] = []
    for point in points where point != line.last { line.append(point) }
    guard radius > 0, line.count > 1 else { return line.map { disc(around: $0, radius) } }
    let normals = zip(line, line.dropFirst()).map { a, b in
        let way = (b - a) * (radius / a.distance(to: b))
        return Point(-way.y, way.x)
    }
    var figures: [[Point]] = []
    var first = 0
    var sides: [Point] = []
    for index in line.indices.dropFirst() {
        if index < normals.count {
            let (before, after) = (normals[index - 1], normals[index])
            let cosine = (before.x * after.x + before.y * after.y) / (radius * radius)
            if cosine > 0.5 {
                // The sides meet where the line bends.
                sides.append((before + after) * (1 / (1 + cosine)))
                continue
            }
        }
        // Along one side, around the end, back along the other side, around the beginning.
        let bends = Array(zip(line[first + 1..<index], sides))
        let forth = bends.map { $0 - $1 }
        let back = bends.reversed().map { $0 + $1 }
        figures.append(
            halfDisc(at: line[first], from: normals[first]) + forth
                + halfDisc(at: line[index], from: normals[index - 1] * -1) + back)
        first = index
        sides = []
    }
    return figures
}

/// Points of half a circle, clockwise from `center + radius`.
private func halfDisc(at center: Point, from radius: Point) -> [Point] {
    (0...8).map { step in
        let turn = Point.direction(Double(step) / 8 * .pi)
        return center
            + Point(radius.x * turn.x - radius.y * turn.y, radius.x * turn.y + radius.y * turn.x)
    }
}

private func disc(around center: Point, _ radius: Double) -> [Point] {
    (0..<16).map { center + Point.direction(Double($0) / 8 * .pi) * radius }
}
