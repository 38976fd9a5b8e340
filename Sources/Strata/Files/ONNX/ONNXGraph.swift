/// What an ONNX file says (onnx.ai): a list of nodes, each an operator applied to named values, and the
/// constants that they start from.
struct ONNXGraph {
    /// An operator applied to values.
    struct Node {
        /// The values that it takes; an empty name where an optional one is left out.
        var inputs: [String] = []
        var outputs: [String] = []
        var name = ""
        /// The name of the operator.
        var type = ""
        var domain = ""
        var attributes: [String: Attribute] = [:]
    }

    /// A named property of a node; one of these is set.
    struct Attribute {
        var float: Float?
        var int: Int?
        var text: String?
        var tensor: ArrayData?
        var floats: [Float] = []
        var ints: [Int] = []
    }

    /// An input or output.
    struct Port {
        var name = ""
        /// The code of the type of its numbers.
        var type = 0
        /// The sizes; nil for those that are not fixed. Nil if the file does not say.
        var shape: [Int?]?
    }

    private(set) var name = ""
    /// The version of the set of operators.
    private(set) var version = 0
    private(set) var nodes: [Node] = []
    private(set) var constants: [String: ArrayData] = [:]
    private(set) var inputs: [Port] = []
    private(set) var outputs: [Port] = []

    /// - Parameter path: where the file is; other files with numbers are beside it.
    init(_ file: FileBytes, path: String) throws {
        let tensors = ONNXTensorReader(file, path: path)
        var graph: UnsafeRawBufferPointer?
        try file.bytes.eachField { field, value in
            switch field {
            case 7: graph = try value.bytes
            case 8:
                var domain = ""
                var version = 0
                try value.bytes.eachField {
                    if $0 == 1 { domain = try $1.text }
                    if $0 == 2 { version = try $1.int }
                }
                if domain.isEmpty || domain == "ai.onnx" { self.version = version }
            default: break
            }
        }
        guard let graph, version > 0 else {
            throw StrataError("it has no graph of ONNX's operators")
        }
        guard version >= 7 else {
            throw StrataError(
                "the version of its set of operators must be at least 7, but is \(version)")
        }
        try graph.eachField { field, value in
            switch field {
            case 1: nodes.append(try Self.node(value.bytes, tensors))
            case 2: name = try value.text
            case 5:
                let (name, tensor) = try tensors.tensor(value.bytes)
                constants[name] = tensor
            case 11: inputs.append(try Self.port(value.bytes))
            case 12: outputs.append(try Self.port(value.bytes))
            case 15: throw StrataError("it has sparse constants, which are not supported")
            default: break
            }
        }
    }

    private static func node(
        _ bytes: UnsafeRawBufferPointer, _ tensors: ONNXTensorReader
    ) throws -> Node {
        var node = Node()
        try bytes.eachField { field, value in
            switch field {
            case 1: node.inputs.append(try value.text)
            case 2: node.outputs.append(try value.text)
            case 3: node.name = try value.text
            case 4: node.type = try value.text
            case 5:
                let (name, attribute) = try attribute(value.bytes, tensors)
                node.attributes[name] = attribute
            case 7: node.domain = try value.text
            default: break
            }
        }
        return node
    }

    private static func attribute(
        _ bytes: UnsafeRawBufferPointer, _ tensors: ONNXTensorReader
    ) throws -> (String, Attribute) {
        var name = ""
        var attribute = Attribute()
        try bytes.eachField { field, value in
            switch field {
            case 1: name = try value.text
            case 2: attribute.float = try value.float
            case 3: attribute.int = try value.int
            case 4: attribute.text = try value.text
            case 5: attribute.tensor = try tensors.tensor(value.bytes).array
            case 7: attribute.floats += try value.floats
            case 8: attribute.ints += try value.ints
            default: break
            }
        }
        return (name, attribute)
    }

    private static func port(_ bytes: UnsafeRawBufferPointer) throws -> Port {
        var port = Port()
        try bytes.eachField { field, value in
            if field == 1 { port.name = try value.text }
            guard field == 2 else { return }
            try value.bytes.eachField { field, value in
                guard field == 1 else { return }
                try value.bytes.eachField { field, value in
                    if field == 1 { port.type = try value.int }
                    if field == 2 { port.shape = try shape(value.bytes) }
                }
            }
        }
        return port
    }

    private static func shape(_ bytes: UnsafeRawBufferPointer) throws -> [Int?] {
        var sizes: [Int?] = []
        try bytes.eachField { field, value in
            guard field == 1 else { return }
            var size: Int?
            try value.bytes.eachField { if $0 == 1 { size = try $1.int } }
            sizes.append(size)
        }
        return sizes
    }
}

extension ONNXGraph.Node {
    /// The value at a position; nil where it is left out.
    func input(_ position: Int) -> String? {
        inputs.indices.contains(position) && !inputs[position].isEmpty ? inputs[position] : nil
    }

    func int(_ name: String, default fallback: Int) -> Int {
        attributes[name]?.int ?? fallback
    }

    func float(_ name: String, default fallback: Float) -> Float {
        attributes[name]?.float ?? fallback
    }

    func ints(_ name: String) -> [Int]? { attributes[name]?.ints }

    var description: String { name.isEmpty ? type : "\(type) \(name)" }
}
