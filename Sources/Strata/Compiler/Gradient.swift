/// The gradient of a scalar with respect to tensors. It is recorded, not computed, so it can be
/// differentiated again.
///
/// The gradient of a tensor that is not a scalar is that of its sum. The gradient with respect to a tensor
/// that `result` does not depend on is zero. A tensor forgets its expression when its numbers are read, so
/// record gradients before that.
/// - Parameters:
///   - result: the scalar.
///   - sources: the tensors to differentiate with respect to.
/// - Returns: a tensor of the shape of each source.
public func gradient(of result: Tensor, wrt sources: [Tensor]) -> [Tensor] {
    gradient(of: result, wrt: sources, cotangent: nil)
}

/// The gradient of a scalar with respect to a tensor, as ``gradient(of:wrt:)-(_,[Tensor])``.
public func gradient(of result: Tensor, wrt source: Tensor) -> Tensor {
    gradient(of: result, wrt: [source])[0]
}

/// The vector–Jacobian product: the gradient of the sum of `result`, weighted by a cotangent.
/// - Parameters:
///   - result: the tensor to differentiate.
///   - sources: the tensors to differentiate with respect to.
///   - cotangent: a weight for each number of `result`; ones if nil.
/// - Returns: a tensor of the shape of each source.
public func gradient(of result: Tensor, wrt sources: [Tensor], cotangent: Tensor?) -> [Tensor] {
    if result.error != nil { return sources.map { _ in result } }
    if result.node.wasComputed, !sources.contains(where: { $0.node === result.node }) {
        let error = StrataError(
            "A tensor forgets what it was computed from when its numbers are read: record its gradient "
                + "before that, or use valueWithGradient.")
        return sources.map { _ in Tensor(error: error) }
    }
    // The nodes on paths from the sources to the result, in the order in which they were recorded.
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

/// Computes a scalar function of tensors and its gradient, as a gradient tape does.
///
/// ```swift
/// let (weight, bias) = (Tensor(0.5), Tensor(0))
/// let (loss, gradients) = try valueWithGradient(at: [weight, bias]) {
///     square(x * $0[0] + $0[1] - y).mean()
/// }
/// ```
/// The results are computed. For gradients of gradients use ``gradient(of:wrt:)-(_,[Tensor])``, which
/// records.
/// - Parameters:
///   - sources: the tensors to differentiate with respect to.
///   - function: maps the tensors to a scalar.
/// - Throws: what the function throws, and ``StrataError`` if the result cannot be computed.
public func valueWithGradient(
    at sources: [Tensor], _ function: ([Tensor]) throws -> Tensor
) throws -> (value: Tensor, gradients: [Tensor]) {
    let value = try function(sources)
    let gradients = gradient(of: value, wrt: sources)
    try Evaluator.shared.evaluate([value] + gradients)
    return (value, gradients)
}

/// Computes a scalar function of a tensor and its gradient, as a gradient tape does.
/// - Parameters:
///   - source: the tensor to differentiate with respect to.
///   - function: maps the tensor to a scalar.
/// - Throws: what the function throws, and ``StrataError`` if the result cannot be computed.
public func valueWithGradient(
    at source: Tensor, _ function: (Tensor) throws -> Tensor
) throws -> (value: Tensor, gradient: Tensor) {
    let (value, gradients) = try valueWithGradient(at: [source]) { try function($0[0]) }
    return (value, gradients[0])
}

/// Computes a scalar function of variables and its gradient, as a gradient tape does.
/// - Parameters:
///   - variables: the variables to differentiate with respect to.
///   - function: computes a scalar from the values of the variables, which it reads itself.
/// - Throws: what the function throws, and ``StrataError`` if the result cannot be computed.
public func valueWithGradient(
    at variables: [Variable], _ function: () throws -> Tensor
) throws -> (value: Tensor, gradients: [Tensor]) {
    let sources = variables.map(\.value)
    return try valueWithGradient(at: sources) { _ in try function() }
}
