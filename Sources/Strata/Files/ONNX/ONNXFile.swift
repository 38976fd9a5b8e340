/// Builds and writes a graph in ONNX, an exchange format for trained networks: nodes, constants, inputs and
/// outputs (onnx.ai, IR version 8, operator set 13).
struct ONNXFile {
    /// What the names of files end in.
    static let ending = ".onnx"

    /// A named property of a node.
    enum Attribute {
        case int(String, Int)
        case ints(String, [Int])
        case string(String, String)
    }

    /// A constant whose numbers are made when the file is written.
    private struct Constant {
        /// The message up to the numbers.
        let head: [UInt8]
        let byteCount: Int
        let numbers: () throws -> [UInt8]
    }

    private var nodes = Protobuf()
    private var nodeCounts: [String: Int] = [:]
    private var constants: [Constant] = []
    private var known: [[Int]: String] = [:]
    private var ends = Protobuf()
    /// The names of all values.
    private var names: Set<String> = []

    /// An unused name: the wanted one, or that with a number.
    private mutating func unique(_ wanted: String) -> String {
        var name = wanted
        var count = 1
        while !names.insert(name).inserted {
            name = "\(wanted)_\(count)"
            count += 1
        }
        return name
    }

    /// Adds a node and returns the name of its only output.
    /// - Parameter output: the wanted name.
    mutating func add(
        _ type: String, _ inputs: [String], _ attributes: [Attribute] = [], output: String? = nil
    ) -> String {
        let count = nodeCounts[type, default: 0]
        nodeCounts[type] = count + 1
        let name = "\(type)_\(count)"
        let result = unique(output ?? name)
        nodes.add(1) { node in
            for input in inputs { node.add(1, input) }
            node.add(2, result)
            node.add(3, name)
            node.add(4, type)
            for attribute in attributes { node.add(5) { Self.write(attribute, to: &$0) } }
        }
        return result
    }

    private static func write(_ attribute: Attribute, to message: inout Protobuf) {
        switch attribute {
        case .int(let name, let value):
            message.add(1, name)
            message.add(3, value)
            message.add(20, 2)
        case .ints(let name, let values):
            message.add(1, name)
            for value in values { message.add(8, value) }
            message.add(20, 7)
        case .string(let name, let value):
            message.add(1, name)
            message.add(4, value)
            message.add(20, 3)
        }
    }

    /// Adds float32 numbers and returns their name.
    /// - Parameter wanted: the wanted name.
    mutating func constant(
        _ wanted: String, shape: [Int], _ numbers: @escaping () throws -> [Float]
    ) -> String {
        add(wanted, shape, type: 1, byteCount: shape.reduce(4, *)) {
            try numbers().map(\.bitPattern.littleEndian).withUnsafeBytes { Array($0) }
        }
    }

    /// A list of whole numbers, which is added only once.
    mutating func constant(_ values: [Int]) -> String {
        if let name = known[values] { return name }
        let name = add(
            "integers_\(known.count)", [values.count], type: 7, byteCount: values.count * 8
        ) {
            values.map { Int64($0).littleEndian }.withUnsafeBytes { Array($0) }
        }
        known[values] = name
        return name
    }

    private mutating func add(
        _ wanted: String, _ shape: [Int], type: Int, byteCount: Int,
        _ numbers: @escaping () throws -> [UInt8]
    ) -> String {
        let name = unique(wanted)
        var head = Protobuf()
        for size in shape { head.add(1, size) }
        head.add(2, type)
        head.add(8, name)
        constants.append(
            Constant(
                head: head.bytes + Protobuf.header(9, byteCount: byteCount), byteCount: byteCount,
                numbers: numbers))
        return name
    }

    /// Declares an input (11) or output (12) of the graph: float32, with any batch size.
    private mutating func declare(_ field: Int, _ name: String, _ shape: Shape) {
        ends.add(field) { value in
            value.add(1, name)
            value.add(2) { type in
                type.add(1) { tensor in
                    tensor.add(1, 1)
                    tensor.add(2) { dimensions in
                        dimensions.add(1) { $0.add(2, "batch") }
                        for size in shape.dimensions.dropFirst() {
                            dimensions.add(1) { $0.add(1, size) }
                        }
                    }
                }
            }
        }
    }

    /// Declares an input and returns its name.
    mutating func input(_ wanted: String, _ shape: Shape) -> String {
        let name = unique(wanted)
        declare(11, name, shape)
        return name
    }

    /// Declares that an existing value is an output of the graph.
    mutating func output(_ name: String, _ shape: Shape) { declare(12, name, shape) }

    /// Writes the file atomically.
    func write(to path: String, name: String) throws {
        var graphName = Protobuf()
        graphName.add(2, name)
        let heads = constants.map { constant in
            Protobuf.header(5, byteCount: constant.head.count + constant.byteCount) + constant.head
        }
        let size =
            nodes.bytes.count + graphName.bytes.count + ends.bytes.count
            + zip(heads, constants).map { $0.count + $1.byteCount }.reduce(0, +)
        guard size < Int(Int32.max) else {
            throw StrataError(
                "Cannot write \(path): an ONNX file has at most 2 GiB, and the model needs \(size) bytes."
            )
        }
        var model = Protobuf()
        model.add(1, 8)
        model.add(2, "Strata")
        model.add(8) {
            $0.add(1, "")
            $0.add(2, 13)
        }
        try AtomicFile.write(to: path) { file in
            try file.write(model.bytes + Protobuf.header(7, byteCount: size))
            try file.write(nodes.bytes + graphName.bytes)
            for (head, constant) in zip(heads, constants) {
                try file.write(head)
                try file.write(try constant.numbers())
            }
            try file.write(ends.bytes)
        }
    }
}
