extension Model {
    /// Writes the model for inference as an ONNX file, for ONNX Runtime and other engines. Inputs and outputs
    /// have the same layout as here, `[batch, height, width, channels]`, with any batch size.
    /// - Parameter path: the file. It is replaced atomically.
    /// - Throws: ``StrataError`` if the definition of the model is wrong, an operation has no counterpart in
    ///   ONNX, or the file cannot be written.
    public func exportONNX(to path: String) throws {
        if let error { throw error }
        guard !inputs.isEmpty else {
            throw StrataError("A model without an input shape cannot be exported: build it first.")
        }
        let export = ONNXExport(self)
        try export.run()
        try export.file.write(to: path, name: name)
    }
}

/// Translates the graph of operations of a model. ONNX expects images with channels first: each value is kept
/// in either order, and transposed when an operation needs the other.
final class ONNXExport {
    static let channelsFirst = [0, 3, 1, 2]
    private static let channelsLast = [0, 2, 3, 1]
    /// The batch size while shapes are inferred: a prime that no other size is a multiple of.
    private static let batch = 1_000_003

    /// The names of a tensor that depends on the model's inputs: as recorded, and with channels first. At
    /// least one is set.
    struct Value {
        fileprivate var recorded: String?
        fileprivate var channelsFirst: String?

        init(_ name: String, channelsFirst isFirst: Bool) {
            if isFirst { channelsFirst = name } else { recorded = name }
        }
    }

    private struct Place: Hashable {
        let node: ObjectIdentifier
        let index: Int

        init(_ tensor: Tensor) {
            node = ObjectIdentifier(tensor.node)
            index = tensor.index
        }
    }

    /// A constant tensor in one of its orders.
    private struct ConstantForm: Hashable {
        let place: Place
        let shape: Shape
        let order: [Int]
    }

    private let model: Model
    var file = ONNXFile()
    private var values: [Place: Value] = [:]
    private var constants: [ConstantForm: String] = [:]
    private var numberNames: [[Float]: String] = [:]
    /// The names of weights by their nodes, which are kept alive.
    private var weights: [ObjectIdentifier: (name: String, node: Node)] = [:]
    private var graph: [Node] = []

    init(_ model: Model) { self.model = model }

    func run() throws {
        guard model.inputs.allSatisfy(\.shape.isKnown) else {
            throw StrataError(
                "A model for samples of any size cannot be exported: give its input all sizes.")
        }
        let context = Context(isTraining: false)
        defer { context.finish() }
        for (path, weight) in model.namedWeights {
            let node = weight.value.node
            weights[ObjectIdentifier(node)] = (path, node)
        }
        var placeholders: [Tensor] = []
        for (index, input) in model.inputs.enumerated() {
            let shape = input.shape.withoutBatch.batched(Self.batch)
            let tensor = Tensor(Node(.placeholder(index), [TensorType(shape)], trace: context))
            let name = file.input(LayerCall.of(input)?.layer.name ?? "input_\(index)", shape)
            values[Place(tensor)] = Value(name, channelsFirst: false)
            placeholders.append(tensor)
        }
        let results = context.invokeModel(model, placeholders)
        if let error = results.lazy.compactMap(\.error).first { throw error }
        graph = reached(from: results.map(\.node))
        for node in graph {
            guard case .operation(let operation, let inputs) = node.content,
                inputs.contains(where: { !isConstant($0) })
            else { continue }
            let result = Tensor(node, 0)
            values[Place(result)] = try translate(operation, inputs, rank: result.rank)
        }
        for (declared, result) in zip(model.outputs, results) {
            let layer = LayerCall.of(declared)?.layer.name ?? "output"
            let value = try recorded(result)
            file.output(file.add("Identity", [value], output: layer), result.shape)
        }
    }

    /// The nodes that the results depend on, each after its inputs.
    private func reached(from results: [Node]) -> [Node] {
        var seen: [ObjectIdentifier: Node] = [:]
        var pending = results
        while let node = pending.popLast() {
            guard seen.updateValue(node, forKey: ObjectIdentifier(node)) == nil else { continue }
            pending += node.inputs.map(\.node)
        }
        return seen.values.sorted { $0.identity < $1.identity }
    }

    // MARK: - Values

    /// Whether a size is the batch size or a multiple of it.
    func isBatch(_ size: Int) -> Bool { size > 0 && size % Self.batch == 0 }

    func isConstant(_ tensor: Tensor) -> Bool { values[Place(tensor)] == nil }

    /// Whether to translate an operation on `inputs` with channels first: some value exists only in that
    /// order, and all others can be converted to it.
    func goesChannelsFirst(_ inputs: [Tensor]) -> Bool {
        let variable = inputs.filter { !isConstant($0) }
        return variable.contains { values[Place($0)]!.recorded == nil }
            && variable.allSatisfy { $0.rank == 4 || $0.rank == 0 }
            && inputs.allSatisfy { $0.rank <= 4 }
    }

    func name(of tensor: Tensor, channelsFirst isFirst: Bool) throws -> String {
        isFirst ? try channelsFirst(tensor) : try recorded(tensor)
    }

    /// The name of a tensor as recorded.
    func recorded(_ tensor: Tensor) throws -> String {
        guard var value = values[Place(tensor)] else { return try constant(tensor) }
        if let name = value.recorded { return name }
        let name = file.add(
            "Transpose", [value.channelsFirst!], [.ints("perm", Self.channelsLast)])
        value.recorded = name
        values[Place(tensor)] = value
        return name
    }

    /// The name of a tensor with channels first. Constants of lower rank are aligned at their last axis, as in
    /// broadcasting.
    func channelsFirst(_ tensor: Tensor) throws -> String {
        if tensor.rank == 0 { return try recorded(tensor) }
        guard var value = values[Place(tensor)] else {
            let shape = [Int](repeating: 1, count: 4 - tensor.rank) + tensor.shape.dimensions
            return try constant(tensor, as: Shape(shape), order: Self.channelsFirst)
        }
        if let name = value.channelsFirst { return name }
        let name = file.add("Transpose", [value.recorded!], [.ints("perm", Self.channelsFirst)])
        value.channelsFirst = name
        values[Place(tensor)] = value
        return name
    }

    /// The name of a kernel `[height, width, inputs, outputs]` in the order of ONNX, with outputs and inputs
    /// first.
    func kernel(_ tensor: Tensor) throws -> String {
        let order = [3, 2, 0, 1]
        if isConstant(tensor) { return try constant(tensor, order: order) }
        return file.add("Transpose", [try recorded(tensor)], [.ints("perm", order)])
    }

    /// The name of a tensor that does not depend on the model's inputs; its numbers are stored in the file.
    private func constant(
        _ tensor: Tensor, as shape: Shape? = nil, order: [Int]? = nil
    ) throws -> String {
        let shape = shape ?? tensor.shape
        guard !shape.dimensions.contains(where: isBatch) else {
            throw StrataError("The model cannot be exported: it has constants of the batch's size.")
        }
        let order = order ?? Array(0..<shape.rank)
        let form = ConstantForm(place: Place(tensor), shape: shape, order: order)
        if let name = constants[form] { return name }
        let wanted = weights[ObjectIdentifier(tensor.node)]?.name ?? "constant_\(constants.count)"
        let name = file.constant(wanted, shape: order.map { shape[$0] }) {
            try tensor.reshaped(to: shape).transposed(order).computedScalars()
        }
        constants[form] = name
        return name
    }

    /// The name of a vector of numbers, or of a scalar if there is one number.
    func numbers(_ numbers: [Float]) -> String {
        if let name = numberNames[numbers] { return name }
        let shape = numbers.count == 1 ? [] : [numbers.count]
        let name = file.constant("numbers_\(numberNames.count)", shape: shape) { numbers }
        numberNames[numbers] = name
        return name
    }
}
