// Operations that put numbers elsewhere.
extension OperationCall {
    func reshaped() throws -> Tensor {
        let x = try operand(0)
        let target: [Int] = try settings.value("newshape")
        let known = Shape(target.filter { $0 != -1 }).count
        guard target.allSatisfy({ $0 >= -1 }), target.count(where: { $0 == -1 }) <= 1, known > 0
        else {
            throw StrataError(
                "sizes of which one may be -1 were expected, but got \(target)")
        }
        return x.reshaped(to: Shape(target.map { $0 == -1 ? x.shape.count / known : $0 }))
    }

    func transposed() throws -> Tensor {
        let x = try operand(0)
        let axes: [Int] = try settings.value("axes")
        return x.transposed(axes.map { x.shape.axis($0) ?? $0 })
    }

    func withNewAxes() throws -> Tensor {
        let x = try operand(0)
        let axes: [Int] = try settings.value("axis")
        let ones = [Int](repeating: 1, count: axes.count)
        var shape = x.shape.dimensions
        // They are axes of the result.
        for axis in try self.axes(in: Shape(shape + ones)) {
            shape.insert(1, at: min(axis, shape.count))
        }
        return x.reshaped(to: Shape(shape))
    }

    func squeezed() throws -> Tensor {
        let x = try operand(0)
        let ones = x.shape.dimensions.indices.dropFirst().filter { x.shape[$0] == 1 }
        let axes = try axes(in: x.shape, default: ones)
        guard axes.allSatisfy(ones.contains) else {
            throw StrataError(
                "axes of size 1 in shape \(x.shape) were expected, but got \(axes)")
        }
        let kept = x.shape.dimensions.indices.filter { !axes.contains($0) }
        return x.reshaped(to: Shape(kept.map { x.shape[$0] }))
    }

    func stacked() throws -> Tensor {
        let list = try operand(list: 0)
        let shape = list.first?.shape ?? []
        let axis = try axis(in: Shape(shape.dimensions + [1]))
        let wider = list.map { tensor in
            var shape = tensor.shape.dimensions
            shape.insert(1, at: min(axis, shape.count))
            return tensor.reshaped(to: Shape(shape))
        }
        return Tensor.concatenate(wider, axis: axis)
    }

    /// A small file may ask for any number of parts.
    private static let partLimit = 1000

    func split() throws -> [Tensor] {
        let x = try operand(0)
        let axis = try axis(in: x.shape)
        let count: Int = try settings.value("indices_or_sections")
        guard (1...Self.partLimit).contains(count), x.shape[axis] % count == 0 else {
            throw StrataError(
                "axis \(axis) of shape \(x.shape) does not split into \(count) equal parts, at most "
                    + "\(Self.partLimit).")
        }
        var size = x.shape.dimensions
        size[axis] /= count
        return (0..<count).map { part in
            var start = [Int](repeating: 0, count: x.rank)
            start[axis] = part * size[axis]
            return x.sliced(from: start, size: size)
        }
    }

    func padded() throws -> Tensor {
        let x = try operand(0)
        let sides: [[Int]] = try settings.value("pad_width")
        let mode = try settings.value("mode", default: "constant")
        let fill = try settings.value("constant_values", default: Float(0))
        guard mode == "constant", fill == 0 else {
            throw StrataError("padding with zeros was expected, but got \(mode), \(fill)")
        }
        guard sides.count == x.rank, sides.allSatisfy({ $0.count == 2 }) else {
            throw StrataError(
                "two sizes for each axis of shape \(x.shape) were expected, but got \(sides)")
        }
        return pad(x, sides.map { (before: $0[0], after: $0[1]) })
    }

    /// `x[:, 1:3, 0]`: of each axis a range or one index; `...` for the axes between, and null for
    /// a new one.
    func item(of x: Tensor, _ key: JSON) throws -> Tensor {
        var keys = [key]
        if case .array(let all) = key { keys = all }
        let isEllipsis = { (key: JSON) in key["class_name"] == "__ellipsis__" }
        let whole: JSON = ["class_name": "__slice__", "config": [:]]
        let missing = x.rank - keys.count { $0 != .null && !isEllipsis($0) }
        guard missing >= 0, keys.count(where: isEllipsis) <= 1 else {
            throw StrataError("at most \(x.rank) indices were expected, but got \(key)")
        }
        if !keys.contains(where: isEllipsis) { keys.append(["class_name": "__ellipsis__"]) }
        keys = keys.flatMap {
            isEllipsis($0) ? [JSON](repeating: whole, count: missing) : [$0]
        }
        var (start, size, steps, shape) = ([Int](), [Int](), [Int](), [Int]())
        var reversed: [Int] = []
        for key in keys {
            if key == .null {
                shape.append(1)
                continue
            }
            let range = try indices(key, in: x.shape[start.count])
            start.append(range.start)
            size.append(range.count)
            steps.append(range.step)
            if range.isReversed { reversed.append(start.count - 1) }
            if key["class_name"] != nil { shape.append(range.count) }
        }
        guard size.first == x.shape.dimensions.first, !reversed.contains(0) else {
            throw StrataError("all samples of the batch were expected, but got \(key)")
        }
        let chosen = x.sliced(from: start, size: size, steps: steps)
        return reversed.reduce(chosen) { $0.reversed(axis: $1) }.reshaped(to: Shape(shape))
    }

    /// Elements of an axis.
    private struct Range {
        let start: Int
        let count: Int
        let step: Int
        /// Whether the last comes first.
        let isReversed: Bool
    }

    /// What a range or an index chooses of an axis, by Python's rules.
    private func indices(_ key: JSON, in size: Int) throws -> Range {
        if key["class_name"] == nil {
            let index = try Int(json: key)
            guard (-size..<size).contains(index) else {
                throw StrataError("an index below \(size) was expected, but got \(index)")
            }
            return Range(
                start: index < 0 ? index + size : index, count: 1, step: 1, isReversed: false)
        }
        func bound(_ name: String, _ fallback: Int, in limits: ClosedRange<Int>) throws -> Int {
            guard let json = key["config"]?[name], json != .null else { return fallback }
            let index = try Int(json: json)
            return min(max(index < 0 ? index + size : index, limits.lowerBound), limits.upperBound)
        }
        let step = try key["config"]?["step"].flatMap { $0 == .null ? nil : try Int(json: $0) } ?? 1
        let reach = min(max(abs(step), 1), size)
        let (first, count): (Int, Int)
        if step < 0 {
            // From the end to the beginning; what is before the first element is -1.
            let start = try bound("start", size - 1, in: -1...size - 1)
            let stop = try bound("stop", -1, in: -1...size - 1)
            count = start > stop ? (start - stop - 1) / reach + 1 : 0
            first = start - (count - 1) * reach
        } else {
            let (start, stop) = (
                try bound("start", 0, in: 0...size), try bound("stop", size, in: 0...size)
            )
            count = start < stop ? (stop - start - 1) / reach + 1 : 0
            first = start
        }
        guard step != 0, count > 0 else {
            throw StrataError("a range with something in it was expected, but got \(key)")
        }
        return Range(start: first, count: count, step: reach, isReversed: step < 0)
    }
}

extension Tensor {
    /// Numbers that a file holds: one, or an array of NumPy's or Keras's.
    init(constant json: JSON) throws {
        var values = json
        if let kind = json["class_name"], kind == "__numpy__" || kind == "__tensor__" {
            values = json["config"]?["value"] ?? .null
        }
        var shape: [Int] = []
        var level = [values]
        while case .array(let first)? = level.first {
            shape.append(first.count)
            level = try level.flatMap { row -> [JSON] in
                guard case .array(let row) = row, row.count == first.count else {
                    throw json.mismatch("rows of one length")
                }
                return row
            }
        }
        self.init(shape: Shape(shape), scalars: try level.map { try Float(json: $0) })
    }
}
