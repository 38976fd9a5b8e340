/// Lays out boxes in rows so that every edge leads downwards, with few crossings, and touches no other
/// box (Sugiyama, Tagawa and Toda, 1981): rows by longest path, order by the mean position of
/// neighbours, positions by least squares.
struct LayeredLayout {
    struct Edge: Hashable {
        let from: Int
        let to: Int
    }

    struct Spacing {
        /// The gap between boxes in a row.
        var columns = 20.0
        /// The gap between rows, where edges change columns.
        var rows = 30.0
        /// The width reserved for an edge that passes a row.
        var edge = 12.0
        /// The length of the straight end of an edge, its arrow.
        var arrow = 7.0
    }

    /// The position of each box.
    private(set) var frames: [Rectangle]
    /// The path of each edge, from the bottom of its first box to the top of its second.
    private(set) var routes: [[Point]] = []
    private(set) var size = Size(0, 0)

    /// - Parameters:
    ///   - boxes: the sizes, ordered so that every edge leads from an earlier box to a later one.
    ///   - edges: pairs of indices of boxes.
    init(boxes: [Size], edges: [Edge], spacing: Spacing = Spacing()) {
        precondition(edges.allSatisfy { $0.from < $0.to && $0.to < boxes.count })
        var grid = Grid(boxes: boxes, edges: edges, spacing: spacing)
        grid.order()
        grid.place()
        let rows = grid.rowFrames()
        frames = boxes.indices.map { box in
            Rectangle(
                x: grid.centers[box] - boxes[box].width / 2, y: rows[grid.rank[box]].top,
                width: boxes[box].width, height: boxes[box].height)
        }
        let outlets = grid.ports(of: edges, at: \.from)
        let inlets = grid.ports(of: edges, at: \.to)
        routes = edges.indices.map { index in
            let edge = edges[index]
            var points = [Point(outlets[index], frames[edge.from].bottom)]
            for cell in grid.chains[index] {
                let row = rows[grid.rank[cell]]
                points += Self.curve(
                    from: Point(points.last!.x, rows[grid.rank[cell] - 1].bottom),
                    to: Point(grid.centers[cell], row.top))
                points.append(Point(grid.centers[cell], row.bottom))
            }
            let end = Point(inlets[index], frames[edge.to].y)
            return points
                + Self.curve(
                    from: Point(points.last!.x, rows[grid.rank[edge.to] - 1].bottom),
                    to: Point(end.x, end.y - spacing.arrow)) + [end]
        }
        size = Size(grid.width, rows.last?.bottom ?? 0)
    }

    /// A curve that starts and ends vertically.
    private static func curve(from a: Point, to b: Point) -> [Point] {
        guard abs(a.x - b.x) > 0.5 else { return [a, b] }
        return (0...12).map { step in
            let t = Double(step) / 12
            return Point(a.x + (b.x - a.x) * t * t * (3 - 2 * t), a.y + (b.y - a.y) * t)
        }
    }
}

/// Boxes in rows, with a cell for each row that an edge passes.
private struct Grid {
    let spacing: LayeredLayout.Spacing
    let boxCount: Int
    /// The row of each cell: first the boxes, then the cells of edges.
    private(set) var rank: [Int]
    private var widths: [Double]
    /// The width of each cell.
    private var rooms: [Double] = []
    private let heights: [Double]
    /// The cells that each edge passes, from top to bottom.
    private(set) var chains: [[Int]] = []
    /// The cells of each row, from left to right.
    private var rows: [[Int]]
    private var above: [[Int]]
    private var below: [[Int]]
    private(set) var centers: [Double] = []
    private(set) var width = 0.0

    init(boxes: [Size], edges: [LayeredLayout.Edge], spacing: LayeredLayout.Spacing) {
        self.spacing = spacing
        boxCount = boxes.count
        widths = boxes.map(\.width)
        heights = boxes.map(\.height)
        var rank = Self.ranks(count: boxes.count, edges)
        var links: [(Int, Int)] = []
        for edge in edges {
            var chain: [Int] = []
            for row in rank[edge.from] + 1..<max(rank[edge.to], rank[edge.from] + 1) {
                chain.append(rank.count)
                rank.append(row)
                widths.append(spacing.edge)
            }
            chains.append(chain)
            links += zip([edge.from] + chain, chain + [edge.to])
        }
        self.rank = rank
        above = [[Int]](repeating: [], count: rank.count)
        below = above
        for (upper, lower) in links {
            above[lower].append(upper)
            below[upper].append(lower)
        }
        rows = [[Int]](repeating: [], count: (rank.max() ?? -1) + 1)
        // The first order is that of a walk along the edges, which keeps branches apart.
        var seen = [Bool](repeating: false, count: rank.count)
        for start in 0..<boxes.count where above[start].isEmpty {
            var pending = [start]
            while let cell = pending.popLast() {
                guard !seen[cell] else { continue }
                seen[cell] = true
                rows[rank[cell]].append(cell)
                pending += below[cell].reversed()
            }
        }
    }

    /// Rows by the longest path from the top. A box without incoming edges is placed just above its
    /// successors.
    private static func ranks(count: Int, _ edges: [LayeredLayout.Edge]) -> [Int] {
        var rank = [Int](repeating: 0, count: count)
        for edge in edges.sorted(by: { $0.from < $1.from }) {
            rank[edge.to] = max(rank[edge.to], rank[edge.from] + 1)
        }
        let reached = Set(edges.map(\.to))
        for box in 0..<count where !reached.contains(box) {
            rank[box] = edges.filter { $0.from == box }.map { rank[$0.to] - 1 }.min() ?? 0
        }
        return rank
    }

    // MARK: Order

    /// Sorts rows by the mean positions of their neighbours, sweeping up and down, and keeps the best
    /// order.
    mutating func order() {
        var best = rows
        var least = crossings()
        for sweep in 0..<12 where least > 0 {
            let isDown = sweep.isMultiple(of: 2)
            let order =
                isDown ? Array(rows.indices.dropFirst()) : rows.indices.dropLast().reversed()
            for row in order {
                let neighbours = isDown ? above : below
                let place = places(rows[isDown ? row - 1 : row + 1])
                let means = rows[row].enumerated().map { index, cell -> (Double, Int, Int) in
                    let all = neighbours[cell].map { place[$0]! }
                    let mean = all.isEmpty ? Double(index) : all.reduce(0, +) / Double(all.count)
                    return (mean, index, cell)
                }
                rows[row] = means.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2)
            }
            let count = crossings()
            if count < least {
                least = count
                best = rows
            }
        }
        rows = best
    }

    private func places(_ cells: [Int]) -> [Int: Double] {
        Dictionary(uniqueKeysWithValues: cells.enumerated().map { ($1, Double($0)) })
    }

    private func crossings() -> Int {
        zip(rows, rows.dropFirst()).reduce(0) { sum, pair in
            let place = places(pair.1)
            let ends = pair.0.flatMap { cell in below[cell].map { place[$0]! }.sorted() }
            var count = 0
            for (index, end) in ends.enumerated() {
                count += ends[..<index].reduce(0) { $0 + ($1 > end ? 1 : 0) }
            }
            return sum + count
        }
    }

    // MARK: Positions

    /// Moves each row towards the row above it, then towards the row below it, then down again.
    mutating func place() {
        widenChains()
        centers = [Double](repeating: 0, count: rank.count)
        for row in rows.indices { align(row, to: above) }
        for row in rows.indices.reversed() { align(row, to: below) }
        for row in rows.indices { align(row, to: above) }
        let left = centers.indices.map { centers[$0] - widths[$0] / 2 }.min() ?? 0
        for cell in centers.indices { centers[cell] -= left }
        width = centers.indices.map { centers[$0] + widths[$0] / 2 }.max() ?? 0
    }

    /// Gives all boxes of a chain without branches the width of the widest, so that they stay aligned.
    private mutating func widenChains() {
        rooms = widths
        let links = rows.joined().compactMap { cell -> (Int, Int)? in
            guard below[cell].count == 1, let next = below[cell].first, above[next].count == 1,
                (cell < boxCount) == (next < boxCount)
            else { return nil }
            return (cell, next)
        }
        for (upper, lower) in links { rooms[lower] = max(rooms[lower], rooms[upper]) }
        for (upper, lower) in links.reversed() { rooms[upper] = max(rooms[lower], rooms[upper]) }
    }

    /// The positions in a row nearest, by least squares, to the mean positions of the neighbours without
    /// overlaps. After subtracting the widths of the cells this is an isotonic regression, computed by
    /// merging neighbours that are out of order.
    private mutating func align(_ row: Int, to neighbours: [[Int]]) {
        let cells = rows[row]
        var offsets: [Double] = []
        for (index, cell) in cells.enumerated() {
            guard index > 0 else {
                offsets.append(0)
                continue
            }
            let before = cells[index - 1]
            offsets.append(
                offsets[index - 1] + (rooms[before] + rooms[cell]) / 2 + spacing.columns)
        }
        struct Group {
            var sum: Double
            var weight: Double
            var count: Int
        }
        var groups: [Group] = []
        for (index, cell) in cells.enumerated() {
            var sum = 0.0
            var weight = 0.0
            for neighbour in neighbours[cell] {
                sum += centers[neighbour]
                weight += 1
            }
            if weight == 0 {
                weight = 0.01
                sum = centers[cell] * weight
            }
            groups.append(Group(sum: sum - offsets[index] * weight, weight: weight, count: 1))
            while groups.count > 1 {
                let (last, before) = (groups[groups.count - 1], groups[groups.count - 2])
                guard last.sum / last.weight < before.sum / before.weight else { break }
                groups.removeLast(2)
                groups.append(
                    Group(
                        sum: last.sum + before.sum, weight: last.weight + before.weight,
                        count: last.count + before.count))
            }
        }
        var index = 0
        for group in groups {
            for _ in 0..<group.count {
                centers[cells[index]] = group.sum / group.weight + offsets[index]
                index += 1
            }
        }
    }

    func rowFrames() -> [(top: Double, bottom: Double)] {
        var top = 0.0
        return rows.map { cells in
            let height = cells.filter { $0 < boxCount }.map { heights[$0] }.max() ?? 0
            defer { top += height + spacing.rows }
            return (top, top + height)
        }
    }

    /// The positions where edges meet a box: side by side, ordered by their other ends.
    func ports(
        of edges: [LayeredLayout.Edge], at end: KeyPath<LayeredLayout.Edge, Int>
    ) -> [Double] {
        var result = [Double](repeating: 0, count: edges.count)
        let isOutlet = end == \.from
        for (box, indices) in Dictionary(grouping: edges.indices, by: { edges[$0][keyPath: end] }) {
            func next(_ index: Int) -> Double {
                let chain = chains[index]
                return isOutlet
                    ? centers[chain.first ?? edges[index].to]
                    : centers[chain.last ?? edges[index].from]
            }
            let sorted = indices.sorted { (next($0), $0) < (next($1), $1) }
            let step = min(16, widths[box] / Double(sorted.count + 1))
            for (position, index) in sorted.enumerated() {
                result[index] =
                    centers[box] + (Double(position) - Double(sorted.count - 1) / 2) * step
            }
        }
        return result
    }
}
