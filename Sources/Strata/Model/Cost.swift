// The cost of a model, computed from its definition.
extension Model {
    /// The number of multiply-adds of inference for one sample, in convolutions and matrix products. It is
    /// half the number of floating-point operations.
    public var multiplyAdds: Int { calls.reduce(0) { $0 + $1.multiplyAdds } }

    /// The number of layers with a kernel on the longest path from an input to an output, as in the names
    /// of networks: 50 for ResNet-50.
    package var depth: Int {
        var depths: [ObjectIdentifier: Int] = [:]
        for call in calls {
            let before = call.inputs.compactMap { depths[ObjectIdentifier($0.node)] }.max() ?? 0
            let kernels = call.layer.weights.filter { $0.shape.rank > 1 }.count
            let own = (call.layer as? Model)?.depth ?? kernels
            for output in call.outputs { depths[ObjectIdentifier(output.node)] = before + own }
        }
        return depths.values.max() ?? 0
    }

    /// The ``multiplyAdds`` of all calls of a layer.
    func multiplyAdds(of layer: any Layer) -> Int {
        calls.reduce(0) { $0 + ($1.layer === layer ? $1.multiplyAdds : 0) }
    }

    /// The size in bytes of the outputs of a layer for one sample.
    func outputBytes(of layer: any Layer) -> Int {
        calls.reduce(0) { sum, call in
            guard call.layer === layer else { return sum }
            return call.outputs.reduce(sum) { $0 + $1.shape.withoutBatch.count * 4 }
        }
    }
}

extension LayerCall {
    /// The multiply-adds of the call for one sample.
    fileprivate var multiplyAdds: Int {
        if inputs.isEmpty { return 0 }
        let context = Context(isTraining: false)
        defer { context.finish() }
        var pending = context.invoke(layer, LayerCall.placeholders(for: inputs, context)).map(
            \.node)
        var seen = Set<ObjectIdentifier>()
        var sum = 0
        while let node = pending.popLast() {
            guard seen.insert(ObjectIdentifier(node)).inserted else { continue }
            let inputs = node.inputs
            sum += node.operation?.multiplyAdds(inputs.map(\.shape), node.types.map(\.shape)) ?? 0
            pending += inputs.map(\.node)
        }
        return sum
    }
}
