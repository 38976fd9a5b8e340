/// The gradient of a scalar with respect to tensors, as expressions: nothing is computed, so
/// gradients of gradients are written the same way.
///
/// The gradient of a tensor that is not a scalar is that of its sum. Where `result` does not
/// depend on a tensor, its gradient is zero. Numbers that have been read are constants from then on:
/// record gradients first.
public func gradient(of result: Tensor, wrt sources: [Tensor]) -> [Tensor] {
    gradient(of: result, wrt: sources, cotangent: nil)
}

public func gradient(of result: Tensor, wrt source: Tensor) -> Tensor {
    gradient(of: result, wrt: [source])[0]
}

/// As above, with the cotangent of `result` given (of its shape; ones by default): the
/// vector-Jacobian product.
public func gradient(of result: Tensor, wrt sources: [Tensor], cotangent: Tensor?) -> [Tensor] {
    if result.error != nil { return sources.map { _ in result } }
    if result.node.wasComputed, !sources.contains(where: { $0.node === result.node }) {
        let error = StrataError(
            "A tensor forgets what it was computed from when its numbers are read: record its gradient "
                + "before that, or use valueWithGradient.")
        return sources.map { _ in Tensor(error: error) }
    }
    // The nodes on paths from the sources to the result, in the order they were recorded.
    var seen: [ObjectIdentifier: Int] = [:]
    var nodes: [Node] = []
    var pending = [result.node]
    while let node = pending.popLast() {
        guard seen.updateValue(0, forKey: ObjectIdentifier(node)) == nil else { continue }
        nodes.append(node)
        for input in node.inputs where seen[ObjectIdentifier(input.node)] == nil {
            pending.append(input.node)
        }
    }
    nodes.sort { $0.identity < $1.identity }
    for (position, node) in nodes.enumerated() { seen[ObjectIdentifier(node)] = position }
    var depends = [Bool](repeating: false, count: nodes.count)
    for source in sources {
        if let position = seen[ObjectIdentifier(source.node)] { depends[position] = true }
    }
    for (position, node) in nodes.enumerated() where !depends[position] {
        depends[position] = node.inputs.contains { depends[seen[ObjectIdentifier($0.node)]!] }
    }

    var cotangents = nodes.map { [Tensor?](repeating: nil, count: $0.types.count) }
    let last = seen[ObjectIdentifier(result.node)]!
    cotangents[last][result.index] = cotangent ?? Tensor(1).broadcast(to: result.shape)
    var gradients = [Tensor?](repeating: nil, count: sources.count)
    for position in nodes.indices.reversed() where depends[position] {
        let node = nodes[position]
        let arrived = cotangents[position]
        cotangents[position] = []
        guard arrived.contains(where: { $0 != nil }) else { continue }
        for (index, source) in sources.enumerated() where source.node === node {
            gradients[index] = arrived[source.index]
        }
        guard case .operation(let operation, let inputs) = node.content,
            inputs.contains(where: { depends[seen[ObjectIdentifier($0.node)]!] })
        else { continue }
        let outputs = node.types.indices.map { Tensor(node, $0) }
        let flow = GradientFlow(inputs: inputs, outputs: outputs, cotangents: arrived)
        // Operations of one output never see a missing cotangent.
        for (input, gradient) in zip(inputs, operation.gradients(flow)) {
            guard let gradient, let target = seen[ObjectIdentifier(input.node)], depends[target]
            else { continue }
            let sum = cotangents[target][input.index]
            cotangents[target][input.index] = sum.map { $0 + gradient } ?? gradient
        }
    }
    return zip(gradients, sources).map { gradient, source in
        gradient ?? Tensor(0).broadcast(to: source.shape)
    }
}

/// Computes a scalar function of tensors and its gradient with respect to them: a gradient tape.
///
/// ```swift
/// let (weight, bias) = (Tensor(0.5), Tensor(0))
/// let (loss, gradients) = try valueWithGradient(at: [weight, bias]) {
///     square(x * $0[0] + $0[1] - y).mean()
/// }
/// ```
/// The values returned are computed. For gradients of gradients, use ``gradient(of:wrt:)-(_,[Tensor])``, which
/// records.
public func valueWithGradient(
    at sources: [Tensor], _ function: ([Tensor]) throws -> Tensor
) throws -> (value: Tensor, gradients: [Tensor]) {
    let value = try function(sources)
    let gradients = gradient(of: value, wrt: sources)
    try Evaluator.shared.evaluate([value] + gradients)
    return (value, gradients)
}

public func valueWithGradient(
    at source: Tensor, _ function: (Tensor) throws -> Tensor
) throws -> (value: Tensor, gradient: Tensor) {
    let (value, gradients) = try valueWithGradient(at: [source]) { try function($0[0]) }
    return (value, gradients[0])
}

/// As above, at the present values of variables, which the function reads by itself.
public func valueWithGradient(
    at variables: [Variable], _ function: () throws -> Tensor
) throws -> (value: Tensor, gradients: [Tensor]) {
    let sources = variables.map(\.value)
    return try valueWithGradient(at: sources) { _ in try function() }
}
