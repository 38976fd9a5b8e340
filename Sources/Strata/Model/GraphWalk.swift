/// The walk over a definition's layer calls that gives their order.
struct GraphWalk {
    /// The calls, each after all it needs.
    private(set) var calls: [LayerCall] = []
    /// The layers as Keras lists them: by falling distance from the outputs.
    private(set) var layers: [any Layer] = []

    /// The nodes at which the walk ends.
    private let sources: Set<ObjectIdentifier>
    /// Calls that were met.
    private var seen = Set<ObjectIdentifier>()
    /// When a layer was first met.
    private var firstVisit: [ObjectIdentifier: Int] = [:]
    /// The longest path from a call, and from one of a layer's calls, to an output.
    private var depths: [ObjectIdentifier: Int] = [:]
    private var layerDepths: [ObjectIdentifier: Int] = [:]
    /// When a call's depth was first asked for.
    private var firstSeen: [ObjectIdentifier: Int] = [:]

    /// - Parameter inputs: nil for whatever the outputs follow from.
    init(_ inputs: [Tensor]?, _ outputs: [Tensor]) throws {
        sources = Set((inputs ?? []).map { ObjectIdentifier($0.node) })
        let last = outputs.compactMap { LayerCall.of($0) }
        guard last.count == outputs.count, !outputs.isEmpty, inputs?.isEmpty != true else {
            throw StrataError("A model's outputs must follow from its inputs.")
        }
        try visit(from: last, mayBegin: inputs == nil)
        try listUnreached(inputs ?? [])
        measureDepths()
        order()
    }

    private func isSource(_ call: LayerCall) -> Bool {
        sources.contains(ObjectIdentifier(call.outputs[0].node))
    }

    /// Depth first from the outputs, inputs in argument order, as Keras's `map_graph`; a work list, for
    /// models may be deep. A call is listed when it is left, after all it needs.
    /// - Parameter mayBegin: whether the model may begin at a call that is not a source.
    private mutating func visit(from last: [LayerCall], mayBegin: Bool) throws {
        var pending = last.reversed().map { ($0, isLeft: false) }
        while let (call, isLeft) = pending.popLast() {
            guard !isLeft else {
                calls.append(call)
                continue
            }
            guard seen.insert(ObjectIdentifier(call)).inserted else { continue }
            pending.append((call, isLeft: true))
            let layer = ObjectIdentifier(call.layer)
            if firstVisit[layer] == nil {
                firstVisit[layer] = firstVisit.count
                layers.append(call.layer)
            }
            if isSource(call) { continue }
            guard mayBegin || !call.inputs.isEmpty else {
                throw StrataError(
                    "The outputs depend on \(call.description), which is not among the model's inputs."
                )
            }
            pending += call.inputs.compactMap { LayerCall.of($0) }.reversed().map {
                ($0, isLeft: false)
            }
        }
    }

    /// Lists inputs that nothing depends on, too: before the layers of the outputs, as Keras does.
    private mutating func listUnreached(_ inputs: [Tensor]) throws {
        for (index, input) in inputs.enumerated() {
            guard let call = LayerCall.of(input) else {
                throw StrataError("A model's inputs are made by Input or by layers.")
            }
            guard seen.insert(ObjectIdentifier(call)).inserted else { continue }
            calls.append(call)
            let layer = ObjectIdentifier(call.layer)
            if firstVisit[layer] == nil {
                firstVisit[layer] = index - inputs.count
                layers.append(call.layer)
            }
        }
    }

    /// A layer's depth is the longest path from one of its calls to an output; calls visited after
    /// another of the same layer count as if they were as deep, as in Keras.
    private mutating func measureDepths() {
        for call in calls.reversed() {
            see(call)
            let layer = ObjectIdentifier(call.layer)
            let depth = max(
                depths[ObjectIdentifier(call), default: 0], layerDepths[layer, default: 0])
            layerDepths[layer] = depth
            depths[ObjectIdentifier(call)] = depth
            if isSource(call) { continue }
            for maker in call.inputs.compactMap({ LayerCall.of($0) }) {
                see(maker)
                depths[ObjectIdentifier(maker)] = max(
                    depths[ObjectIdentifier(maker), default: 0], depth + 1)
            }
        }
    }

    private mutating func see(_ call: LayerCall) {
        if firstSeen[ObjectIdentifier(call)] == nil {
            firstSeen[ObjectIdentifier(call)] = firstSeen.count
        }
    }

    private mutating func order() {
        layers = layers.sorted { a, b in
            let (a, b) = (ObjectIdentifier(a), ObjectIdentifier(b))
            return (-layerDepths[a]!, firstVisit[a]!) < (-layerDepths[b]!, firstVisit[b]!)
        }
        // The calls of a shared layer may each change its state: then Keras's order counts.
        guard layers.count < calls.count else { return }
        calls = calls.sorted { a, b in
            let (a, b) = (ObjectIdentifier(a), ObjectIdentifier(b))
            return (-depths[a]!, firstSeen[a]!) < (-depths[b]!, firstSeen[b]!)
        }
    }
}
