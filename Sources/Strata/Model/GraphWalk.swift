/// The walk over a definition's layer calls that gives their order.
struct GraphWalk {
    private(set) var calls: [LayerCall] = []
    private(set) var layers: [any Layer] = []

    /// - Parameter inputs: nil for whatever the outputs follow from.
    init(_ inputs: [Tensor]?, _ outputs: [Tensor]) throws {
        // Depth first from the outputs, inputs in argument order, as Keras's `map_graph`; a work list,
        // for models may be deep. A call is listed when it is left, after all it needs.
        let sources = Set((inputs ?? []).map { ObjectIdentifier($0.node) })
        var seen = Set<ObjectIdentifier>()
        var firstVisit: [ObjectIdentifier: Int] = [:]
        var byLayer: [ObjectIdentifier: any Layer] = [:]
        var pending = outputs.compactMap { LayerCall.of($0) }.reversed().map { ($0, isLeft: false) }
        guard pending.count == outputs.count, !outputs.isEmpty, inputs?.isEmpty != true else {
            throw StrataError("A model's outputs must follow from its inputs.")
        }
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
                byLayer[layer] = call.layer
            }
            if sources.contains(ObjectIdentifier(call.outputs[0].node)) { continue }
            if call.inputs.isEmpty, inputs != nil {
                throw StrataError(
                    "The outputs depend on \(call.description), which is not among the model's inputs."
                )
            }
            pending += call.inputs.compactMap { LayerCall.of($0) }.reversed().map {
                ($0, isLeft: false)
            }
        }
        // Inputs that nothing depends on are listed too, and lead nowhere.
        for (index, input) in (inputs ?? []).enumerated() {
            guard let call = LayerCall.of(input) else {
                throw StrataError("A model's inputs are made by Input or by layers.")
            }
            guard seen.insert(ObjectIdentifier(call)).inserted else { continue }
            calls.append(call)
            let layer = ObjectIdentifier(call.layer)
            if firstVisit[layer] == nil {
                // Before the layers of the outputs, as in Keras.
                firstVisit[layer] = index - (inputs ?? []).count
                byLayer[layer] = call.layer
            }
        }
        // A layer's depth is the longest path from one of its calls to an output; calls visited after
        // another of the same layer count as if they were as deep, as in Keras.
        var depths: [ObjectIdentifier: Int] = [:]
        var layerDepths: [ObjectIdentifier: Int] = [:]
        var firstSeen: [ObjectIdentifier: Int] = [:]
        func see(_ call: LayerCall) {
            if firstSeen[ObjectIdentifier(call)] == nil {
                firstSeen[ObjectIdentifier(call)] = firstSeen.count
            }
        }
        for call in calls.reversed() {
            see(call)
            let layer = ObjectIdentifier(call.layer)
            let depth = max(
                depths[ObjectIdentifier(call), default: 0], layerDepths[layer, default: 0])
            layerDepths[layer] = depth
            depths[ObjectIdentifier(call)] = depth
            if sources.contains(ObjectIdentifier(call.outputs[0].node)) { continue }
            for input in call.inputs {
                guard let maker = LayerCall.of(input) else { continue }
                see(maker)
                let key = ObjectIdentifier(maker)
                depths[key] = max(depths[key, default: 0], depth + 1)
            }
        }
        let order = byLayer.keys.sorted { (a: ObjectIdentifier, b: ObjectIdentifier) -> Bool in
            (-layerDepths[a]!, firstVisit[a]!) < (-layerDepths[b]!, firstVisit[b]!)
        }
        layers = order.map { byLayer[$0]! }
        // The calls of a shared layer may each change its state: then Keras's order counts.
        if layers.count < calls.count {
            func key(_ call: LayerCall) -> (Int, Int) {
                (-depths[ObjectIdentifier(call)]!, firstSeen[ObjectIdentifier(call)]!)
            }
            calls.sort { key($0) < key($1) }
        }
    }
}
