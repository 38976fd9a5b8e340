import Foundation

/// Places boxes as ``LayeredLayout`` does, and folds what would be a long strip into columns side by side,
/// so that a picture of a deep network fits a screen.
///
/// A strip is cut where a single edge leads on; that edge goes from the foot of a column, up beside it,
/// to the head of the next.
struct FoldedLayout {
    private(set) var frames: [Rectangle]
    private(set) var routes: [[Point]]
    private(set) var size: Size

    /// Between columns, and above and below them: room for the edges that lead from one to the next.
    private static let gap = 44.0
    private static let margin = 22.0
    /// Width by height.
    private static let wanted = 1.5

    /// - Parameters:
    ///   - boxes: sizes, in an order in which every edge leads from an earlier to a later one.
    ///   - edges: pairs of boxes by number.
    init(boxes: [Size], edges: [LayeredLayout.Edge]) {
        let strip = LayeredLayout(boxes: boxes, edges: edges)
        frames = strip.frames
        routes = strip.routes
        size = strip.size
        guard size.height > 1000, size.height > 2 * size.width else { return }
        let cuts = Self.cuts(count: boxes.count, edges)
        let estimate = Int((Self.wanted * size.height / size.width).squareRoot().rounded())
        let (height, tops) = (size.height, strip.frames.map(\.y))
        for columns in max(2, estimate - 1)...(estimate + 1) {
            // Of the cuts, those nearest to equal parts.
            let chosen = (1..<columns).compactMap { column -> Int? in
                let place = height * Double(column) / Double(columns)
                return cuts.min { abs(tops[$0] - place) < abs(tops[$1] - place) }
            }
            let starts = [0] + Set(chosen).sorted()
            let parts = zip(starts, starts.dropFirst() + [boxes.count]).map { $0..<$1 }
            guard parts.count > 1 else { continue }
            let folded = Self(boxes: boxes, edges: edges, columns: parts)
            // Where cuts are only near the ends, folding helps nobody.
            if folded.distance < distance, folded.size.height < 0.7 * height { self = folded }
        }
    }

    /// How far the size is from the wanted proportion.
    private var distance: Double { abs(log(size.width / size.height / Self.wanted)) }

    /// The boxes before which a single edge leads on from all the boxes before.
    private static func cuts(count: Int, _ edges: [LayeredLayout.Edge]) -> [Int] {
        var change = [Int](repeating: 0, count: count + 1)
        for edge in edges {
            change[edge.from + 1] += 1
            change[edge.to + 1] -= 1
        }
        var passing = 0
        return (1..<max(1, count)).filter { box in
            passing += change[box]
            // The one edge must lead to this box, which nothing else may begin.
            return passing == 1 && edges.contains { $0.to == box && $0.from < box }
        }
    }

    private init(
        boxes: [Size], edges: [LayeredLayout.Edge], columns: [Range<Int>]
    ) {
        frames = []
        routes = [[Point]](repeating: [], count: edges.count)
        size = Size(0, 0)
        var left = 0.0
        var lefts: [Double] = []
        for column in columns {
            let inner = edges.indices.filter {
                column.contains(edges[$0].from) && column.contains(edges[$0].to)
            }
            let layout = LayeredLayout(
                boxes: Array(boxes[column]),
                edges: inner.map {
                    .init(
                        from: edges[$0].from - column.lowerBound,
                        to: edges[$0].to - column.lowerBound)
                })
            let origin = Point(left, Self.margin)
            frames += layout.frames.map {
                Rectangle(
                    x: $0.x + origin.x, y: $0.y + origin.y, width: $0.width, height: $0.height)
            }
            for (index, route) in zip(inner, layout.routes) {
                routes[index] = route.map { $0 + origin }
            }
            lefts.append(left)
            left += layout.size.width + Self.gap
            size = Size(
                left - Self.gap, max(size.height, layout.size.height + 2 * Self.margin))
        }
        for (index, edge) in edges.enumerated() where routes[index].isEmpty {
            let column = columns.firstIndex { $0.contains(edge.to) }!
            routes[index] = Self.connector(
                from: frames[edge.from], to: frames[edge.to],
                x: lefts[column] - Self.gap / 2)
        }
    }

    /// From the bottom of a box to the top of one in the next column, which `x` is to the left of.
    private static func connector(
        from start: Rectangle, to end: Rectangle, x: Double
    ) -> [Point] {
        let (low, high) = (start.bottom + margin / 2, end.y - margin / 2)
        let radius = 6.0
        let target = Point(end.center.x, end.y)
        return [
            Point(start.center.x, start.bottom), Point(start.center.x, low - radius),
            Point(start.center.x + radius, low), Point(x - radius, low), Point(x, low - radius),
            Point(x, high + radius), Point(x + radius, high), Point(target.x - radius, high),
            Point(target.x, high + radius / 2), Point(target.x, target.y - 5), target,
        ]
    }
}
