/// Builds the model that an ONNX file describes, of the layers that Keras has.
///
/// ONNX's images have channels first, `[batch, channels, height, width]`, and Strata computes with channels
/// last. Each value is kept in the order in which it is computed, with a note of that order; it is permuted
/// only for an operator that needs the other, which in a usual network is at its inputs alone.
final class ONNXImporter {
    typealias Node = ONNXGraph.Node
    /// Translates nodes of one type.
    typealias Translation = @Sendable (ONNXImporter) -> (Node) throws -> Void

    /// The order of the axes of a value of the model.
    enum Layout: Equatable {
        /// As in the file.
        case file
        /// Of four axes, with channels last; in the file they are second.
        case channelsLast
        /// Images of this shape with channels last, flattened; in the file they were flattened with channels
        /// first.
        case flattened(height: Int, width: Int, channels: Int)
    }

    /// What a name stands for.
    enum Value {
        case constant(ArrayData)
        case tensor(Tensor, Layout)
    }

    /// Stands for the size of the batch where a graph computes with sizes: a prime that no other size is a
    /// multiple of.
    static let batch = 1_000_003

    /// All operators by their names.
    private static let translations: [String: Translation] =
        [convolutions, pooling, normalization, elementwise, shapeOperations]
        .reduce(into: [:]) { $0.merge($1) { first, _ in first } }

    let graph: ONNXGraph
    private let keepsOrder: Bool
    private var values: [String: Value] = [:]
    /// The nodes that take each value.
    private var users: [String: [Int]] = [:]
    private var outputNames: Set<String> = []
    /// Nodes that are part of a layer that another began.
    private var finished: Set<Int> = []
    /// Permuted values, so that each is permuted once.
    private var permuted: [String: Tensor] = [:]
    /// Values that are at least zero.
    private var nonNegative: Set<String> = []
    /// The bytes of constants that were computed, and how many may be.
    private var foldedBytes = 0
    private let foldedLimit: Int
    /// The size of the batch, if the file fixes it.
    private(set) var fixedBatch: Int?

    /// - Parameter channelsLast: whether the model's images have their channels last, not as in the file.
    init(_ graph: ONNXGraph, channelsLast: Bool) {
        self.graph = graph
        keepsOrder = !channelsLast
        foldedLimit = FileBytes.expansionLimit(
            of: graph.constants.values.reduce(0) { $0 + $1.byteCount })
    }

    /// - Parameter inputShape: the shape of a sample of the only input, in the order that the model takes.
    func model(inputShape: Shape?) throws -> Model {
        try checkOperators()
        for (index, node) in graph.nodes.enumerated() {
            for name in Set(node.inputs) { users[name, default: []].append(index) }
        }
        outputNames = Set(graph.outputs.map(\.name))
        values = graph.constants.mapValues { .constant($0) }
        let inputs = try defineInputs(inputShape)
        // Patterns look ahead to constants.
        for (index, node) in graph.nodes.enumerated() where node.type == "Constant" {
            try translate(node)
            finished.insert(index)
        }
        for (index, node) in graph.nodes.enumerated() where !finished.contains(index) {
            try translate(node)
        }
        let outputs = try graph.outputs.map { output in
            keepsOrder ? try tensor(output.name, .file) : try value(output.name).0
        }
        guard !inputs.isEmpty, !outputs.isEmpty else {
            throw StrataError("a model with inputs and outputs was expected")
        }
        let model = Model(inputs: inputs, outputs: outputs)
        if let error = model.error { throw error }
        return model
    }

    private func translate(_ node: Node) throws {
        do {
            try Self.translations[node.type]?(self)(node)
            guard foldedBytes <= foldedLimit else {
                throw StrataError("its constants come to more than \(foldedLimit) bytes")
            }
        } catch let error as StrataError {
            throw StrataError("\(node.description): \(error.message)")
        }
    }

    private func checkOperators() throws {
        let unknown = graph.nodes.filter {
            !($0.domain.isEmpty || $0.domain == "ai.onnx") || Self.translations[$0.type] == nil
        }
        let names = Set(unknown.map { $0.domain.isEmpty ? $0.type : "\($0.domain).\($0.type)" })
        guard names.isEmpty else {
            throw StrataError(
                "it has operators that are not supported: \(names.sorted().joined(separator: ", "))"
            )
        }
    }

    private func defineInputs(_ inputShape: Shape?) throws -> [Tensor] {
        let ports = graph.inputs.filter { graph.constants[$0.name] == nil }
        guard inputShape == nil || ports.count == 1 else {
            throw StrataError("it has \(ports.count) inputs, and inputShape is the shape of one")
        }
        var names: Set<String> = []
        return try ports.map { port in
            guard [1, 10, 11, 16].contains(port.type) else {
                throw StrataError(
                    "the input \(port.name) must hold floating-point numbers, but has ONNX's type "
                        + "\(port.type)")
            }
            guard let shape = port.shape, let first = shape.first else {
                throw StrataError("the input \(port.name) must have a shape with a batch")
            }
            if let size = first, size > 0 { fixedBatch = size }
            let isImages = shape.count == 4
            var sizes = inputShape?.dimensions ?? []
            if inputShape == nil {
                sizes = try shape.dropFirst().map {
                    guard let size = $0, size > 0 else {
                        let order =
                            isImages && keepsOrder ? "[channels, height, width]" : "its sizes"
                        throw StrataError(
                            "the input \(port.name) leaves sizes open: give inputShape, \(order)")
                    }
                    return size
                }
                if isImages, !keepsOrder { sizes = [sizes[1], sizes[2], sizes[0]] }
            }
            guard sizes.count == shape.count - 1 else {
                throw StrataError(
                    "inputShape must have \(shape.count - 1) sizes, but got \(sizes.count)")
            }
            let name = String(port.name.map { $0.isLetter || $0.isNumber ? $0 : "_" })
            let isUsable = !name.isEmpty && names.insert(name).inserted
            let input = Input(shape: Shape(sizes), name: isUsable ? name : nil)
            if let error = input.error { throw error }
            values[port.name] = .tensor(input, isImages && !keepsOrder ? .channelsLast : .file)
            return input
        }
    }

    // MARK: - Values

    func value(named name: String) throws -> Value {
        guard let value = values[name] else {
            throw StrataError("it takes the value \(name), which nothing before it gives")
        }
        return value
    }

    /// What is at a position of a node.
    func value(of node: Node, _ position: Int) throws -> Value {
        guard let name = node.input(position) else {
            throw StrataError("it must have at least \(position + 1) inputs")
        }
        return try value(named: name)
    }

    /// A value of the model in the order in which it is there.
    func value(_ name: String) throws -> (Tensor, Layout) {
        guard case .tensor(let tensor, let layout) = try value(named: name) else {
            throw StrataError("the value \(name) must follow from the inputs, but is a constant")
        }
        return (tensor, layout)
    }

    /// The name of the first input, and its value in the order in which it is there.
    func subject(_ node: Node) throws -> (name: String, tensor: Tensor, layout: Layout) {
        guard let name = node.input(0) else { throw StrataError("it must have an input") }
        let (tensor, layout) = try value(name)
        return (name, tensor, layout)
    }

    /// A value of the model in a given order: `.file`, or `.channelsLast`.
    func tensor(_ name: String, _ wanted: Layout) throws -> Tensor {
        let (tensor, layout) = try value(name)
        guard wanted == .file || tensor.rank == 4 else {
            throw StrataError(
                "images [batch, channels, height, width] were expected, but got \(tensor.shape)")
        }
        if layout == wanted { return tensor }
        if let known = permuted[name] { return known }
        var result: Tensor
        switch layout {
        case .file: result = try apply(Permute([2, 3, 1]), tensor)
        case .channelsLast: result = try apply(Permute([3, 1, 2]), tensor)
        case .flattened(let height, let width, let channels):
            result = try apply(Reshape([height, width, channels]), tensor)
            result = try apply(Flatten(), apply(Permute([3, 1, 2]), result))
        }
        permuted[name] = result
        return result
    }

    /// A constant at a position of a node; nil if it is left out.
    func constant(_ node: Node, _ position: Int) throws -> ArrayData? {
        guard let name = node.input(position) else { return nil }
        guard case .constant(let array) = try value(named: name) else {
            throw StrataError("input \(position) must be a constant, but follows from the inputs")
        }
        return array
    }

    func required(_ node: Node, _ position: Int) throws -> ArrayData {
        guard let array = try constant(node, position) else {
            throw StrataError("it must have at least \(position + 1) inputs")
        }
        return array
    }

    /// Whole numbers at a position of a node, or in an attribute, which older versions have instead.
    func integers(_ node: Node, _ position: Int, or attribute: String) throws -> [Int]? {
        if let ints = node.ints(attribute) { return ints }
        guard let array = try constant(node, position) else { return nil }
        guard let integers = array.integers else {
            throw StrataError("input \(position) must hold whole numbers")
        }
        return integers
    }

    /// The shape of a value of the model in the file's order; its first size is ``batch``.
    func fileShape(_ tensor: Tensor, _ layout: Layout) -> [Int] {
        var shape = tensor.shape.dimensions
        if layout == .channelsLast { shape = [shape[0], shape[3], shape[1], shape[2]] }
        shape[0] = Self.batch
        return shape
    }

    // MARK: - Results

    /// Says what the first output of a node is.
    func define(
        _ node: Node, _ tensor: Tensor, _ layout: Layout, nonNegative isNonNegative: Bool = false
    )
        throws
    {
        guard let name = node.outputs.first else { throw StrataError("it must have an output") }
        try define(name, tensor, layout, nonNegative: isNonNegative)
    }

    func define(
        _ name: String, _ tensor: Tensor, _ layout: Layout, nonNegative isNonNegative: Bool = false
    )
        throws
    {
        if let error = tensor.error { throw error }
        guard tensor.shape.isKnown else {
            throw StrataError("its result has sizes that are not known")
        }
        values[name] = .tensor(tensor, layout)
        if isNonNegative { nonNegative.insert(name) }
    }

    /// Says which constant the first output of a node is.
    func define(_ node: Node, _ constant: ArrayData) {
        foldedBytes += constant.byteCount
        if let name = node.outputs.first { values[name] = .constant(constant) }
    }

    func isNonNegative(_ name: String) -> Bool { nonNegative.contains(name) }

    /// A layer's output.
    func apply(_ layer: any Layer, _ inputs: Tensor...) throws -> Tensor {
        try apply(layer, to: inputs)
    }

    func apply(_ layer: any Layer, to inputs: [Tensor]) throws -> Tensor {
        let output = LayerCall.apply(layer, inputs)[0]
        if let error = output.error { throw error }
        return output
    }

    /// The output of a layer with the given weights, in the order in which it declares them.
    func apply(_ layer: any Layer, _ input: Tensor, weights: [Tensor]) throws -> Tensor {
        let output = try apply(layer, input)
        let variables = layer.core.ownWeights
        guard variables.map(\.shape) == weights.map(\.shape) else {
            throw StrataError(
                "weights of shapes \(variables.map(\.shape)) were expected, but got "
                    + "\(weights.map(\.shape))")
        }
        for (variable, weight) in zip(variables, weights) {
            variable.assign(try weight.computedScalars())
        }
        return output
    }

    // MARK: - Patterns

    /// The only node that takes a value, if it is no output of the model.
    func onlyUser(of name: String?) -> (index: Int, node: Node)? {
        guard let name, !outputNames.contains(name), let users = users[name], users.count == 1
        else {
            return nil
        }
        return (users[0], graph.nodes[users[0]])
    }

    /// The nodes that take a value, if it is no output of the model.
    func allUsers(of name: String?) -> [(index: Int, node: Node)] {
        guard let name, !outputNames.contains(name) else { return [] }
        return (users[name] ?? []).map { ($0, graph.nodes[$0]) }
    }

    /// Leaves nodes out, which are part of a layer.
    func finish(_ nodes: [Int]) { finished.formUnion(nodes) }
}

extension ArrayData {
    /// The numbers as a tensor, of this shape or another.
    func tensor(_ other: [Int]? = nil) -> Tensor {
        Tensor(shape: Shape(other ?? shape), scalars: floats())
    }
}
