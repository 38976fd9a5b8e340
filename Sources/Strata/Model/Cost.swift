// What a model costs to run, from its definition alone.
extension Model {
    /// The multiply-adds, a multiplication with an addition each, that inference takes for one sample:
    /// those of convolutions and matrix products, beside which the others count little. Half of what is
    /// often called FLOPs.
    public var multiplyAdds: Int { calls.reduce(0) { $0 + $1.multiplyAdds } }

    /// The layers with a kernel on the longest path from an input to an output, by which networks are
    /// named: 50 in ResNet-50.
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

    /// One sample's ``multiplyAdds`` in all calls of a layer.
    func multiplyAdds(of layer: any Layer) -> Int {
        calls.reduce(0) { $0 + ($1.layer === layer ? $1.multiplyAdds : 0) }
    }

    /// The bytes of a layer's outputs for one sample.
    func outputBytes(of layer: any Layer) -> Int {
        calls.reduce(0) { sum, call in
            guard call.layer === layer else { return sum }
            return call.outputs.reduce(sum) { $0 + $1.shape.withoutBatch.count * 4 }
        }
    }
}

extension LayerCall {
    /// The multiply-adds of one sample.
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
