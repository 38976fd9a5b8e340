/// Computes exactly how much of each pixel a polygon covers: the signed areas to the right of its
/// edges, summed along each row, as the rasterizers of font-rs and stb_truetype do.
struct Coverage {
    /// The pixels considered, all inside the image.
    let columns: Range<Int>
    let rows: Range<Int>
    /// Differences between neighbours in a row. A row has one more than columns, for what ends at its
    /// right edge.
    private var differences: [Float]
    private var stride: Int { columns.count + 1 }

    /// Returns nil if `frame` lies outside of an image of the given width and height.
    init?(_ frame: Rectangle, width: Int, height: Int) {
        let left = max(0, Int(frame.x.rounded(.down)))
        let right = min(width, Int(frame.right.rounded(.up)))
        let top = max(0, Int(frame.y.rounded(.down)))
        let bottom = min(height, Int(frame.bottom.rounded(.up)))
        guard left < right, top < bottom else { return nil }
        columns = left..<right
        rows = top..<bottom
        differences = [Float](
            repeating: 0, count: (right - left + 1) * (bottom - top) + 1)
    }

    /// Adds a closed polygon. Overlapping polygons of the same orientation count once.
    mutating func add(_ points: [Point]) {
        let origin = Point(Double(columns.lowerBound), Double(rows.lowerBound))
        guard var last = points.last.map({ $0 - origin }) else { return }
        for point in points {
            let next = point - origin
            addEdge(from: last, to: next)
            last = next
        }
    }

    private mutating func addEdge(from a: Point, to b: Point) {
        guard a.y != b.y else { return }
        let sign: Double = a.y < b.y ? 1 : -1
        let (top, bottom) = a.y < b.y ? (a, b) : (b, a)
        let slope = (bottom.x - top.x) / (bottom.y - top.y)
        let first = max(0, top.y)
        let end = min(Double(rows.count), bottom.y)
        guard first < end else { return }
        for row in Int(first)..<Int(end.rounded(.up)) {
            let from = max(Double(row), first)
            let to = min(Double(row + 1), end)
            let limit = Double(columns.count)
            let x0 = min(max(top.x + (from - top.y) * slope, 0), limit)
            let x1 = min(max(top.x + (to - top.y) * slope, 0), limit)
            addSpan(row, from: min(x0, x1), to: max(x0, x1), height: (to - from) * sign)
        }
    }

    /// Adds the area to the right of an edge that runs from `x0` to `x1` within a row.
    private mutating func addSpan(_ row: Int, from x0: Double, to x1: Double, height: Double) {
        let start = row * stride
        func add(_ column: Int, _ value: Double) { differences[start + column] += Float(value) }
        let (first, last) = (Int(x0), Int(x1.rounded(.up)))
        guard last > first + 1 else {
            let part = (x0 + x1) / 2 - Double(first)
            add(first, height * (1 - part))
            add(first + 1, height * part)
            return
        }
        // The area left of x grows as a parabola while the edge crosses, and linearly after it.
        let slope = 1 / (x1 - x0)
        func area(upTo x: Double) -> Double {
            if x <= x0 { return 0 }
            if x >= x1 { return x - (x0 + x1) / 2 }
            return (x - x0) * (x - x0) * slope / 2
        }
        var before = 0.0
        var covered = 0.0
        for column in first...last {
            let total = area(upTo: Double(column + 1))
            add(column, height * (total - covered - before))
            before = total - covered
            covered = total
        }
    }

    /// Calls `body` for each pixel that is at least partly covered, with the covered fraction.
    func visit(_ body: (_ x: Int, _ y: Int, _ part: Float) -> Void) {
        for row in 0..<rows.count {
            var sum: Float = 0
            for column in 0..<columns.count {
                sum += differences[row * stride + column]
                let part = min(abs(sum), 1)
                if part > 1 / 512 {
                    body(columns.lowerBound + column, rows.lowerBound + row, part)
                }
            }
        }
    }
}
