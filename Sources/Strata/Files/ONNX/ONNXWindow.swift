/// The window of a convolution or pooling as ONNX gives it, and how its borders are padded: by the layer
/// itself, or by a layer before it.
struct ONNXWindow {
    let size: [Int]
    let strides: [Int]
    let dilation: [Int]
    /// What the layer pads.
    private(set) var padding: Padding = .valid
    /// What is padded before it.
    private(set) var border: Border?

    /// Larger sizes are errors.
    private static let limit = 1 << 24

    /// - Parameters:
    ///   - size: the height and width of the window; by default as the node says.
    ///   - input: `[batch, height, width, channels]`.
    init(_ node: ONNXGraph.Node, size: [Int]? = nil, input: Shape) throws {
        self.size = try size ?? Self.pair(node, "kernel_shape")
        strides = try Self.pair(node, "strides", default: [1, 1])
        dilation = try Self.pair(node, "dilations", default: [1, 1])
        if let stated = node.ints("kernel_shape"), stated != self.size {
            throw StrataError("kernel_shape must be \(self.size), but got \(stated)")
        }
        guard (self.size + strides + dilation).allSatisfy({ (1...Self.limit).contains($0) }) else {
            throw StrataError(
                "kernel_shape, strides and dilations must be at least 1 and at most \(Self.limit), "
                    + "but got \(self.size), \(strides) and \(dilation)")
        }
        let sizes = [input[1], input[2]]
        let extent = (0..<2).map { (self.size[$0] - 1) * dilation[$0] + 1 }
        let same = (0..<2).map { axis in
            let steps = (sizes[axis] - 1) / strides[axis]
            return max(0, steps * strides[axis] + extent[axis] - sizes[axis])
        }
        let sameBefore = same.map { $0 / 2 }
        let sameAfter = same.map { $0 - $0 / 2 }
        var (before, after) = ([0, 0], [0, 0])
        switch node.attributes["auto_pad"]?.text ?? "NOTSET" {
        case "NOTSET", "":
            let pads = node.ints("pads") ?? [0, 0, 0, 0]
            guard pads.count == 4, pads.allSatisfy({ (0...Self.limit).contains($0) }) else {
                throw StrataError(
                    "pads must be four numbers of at least 0 and at most \(Self.limit), but got \(pads)"
                )
            }
            (before, after) = (Array(pads[..<2]), Array(pads[2...]))
        case "VALID": break
        case "SAME_UPPER": (before, after) = (sameBefore, sameAfter)
        case "SAME_LOWER": (before, after) = (sameAfter, sameBefore)
        case let other: throw StrataError("auto_pad must be one of ONNX's, but got \(other)")
        }
        if node.int("ceil_mode", default: 0) != 0 {
            for axis in 0..<2 {
                let room = sizes[axis] + before[axis] + after[axis] - extent[axis]
                guard room >= 0 else { continue }
                var steps = (room + strides[axis] - 1) / strides[axis]
                // A window that begins behind the image is left out.
                if steps * strides[axis] >= sizes[axis] + before[axis] { steps -= 1 }
                after[axis] += max(0, steps * strides[axis] - room)
            }
        }
        if before == [0, 0], after == [0, 0] {
            padding = .valid
        } else if before == sameBefore, after == sameAfter {
            padding = .same
        } else {
            border = Border(top: before[0], bottom: after[0], left: before[1], right: after[1])
        }
    }

    /// The input with the padding that the layer does not do itself: zeros.
    func padded(_ input: Tensor, _ importer: ONNXImporter) throws -> Tensor {
        try border.map { try importer.apply(ZeroPadding2D($0), input) } ?? input
    }

    private static func pair(
        _ node: ONNXGraph.Node, _ name: String, default fallback: [Int]? = nil
    ) throws -> [Int] {
        guard let pair = node.ints(name) ?? fallback, pair.count == 2 else {
            throw StrataError("\(name) must be two numbers: only images are supported")
        }
        return pair
    }
}

extension Pair {
    /// - Parameter values: height and width.
    init(_ values: [Int]) { self.init(values[0], values[1]) }
}
