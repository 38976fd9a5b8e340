// What files keep of an optimizer beside its configuration, in Keras's order.
extension Optimizer {
    /// Batches seen; the step size, unless a schedule gives it; the weights' averages; their gradients'
    /// sums; their slots, by groups of kinds; numbers of the optimizer's own.
    func state(of weights: [Variable]) -> [ArrayData] {
        var arrays = [ArrayData(shape: [], [Int64(batches)])]
        if !followsSchedule { arrays.append(ArrayData(shape: [], [learningRate])) }
        arrays += variables(of: weights).map(\.array)
        return arrays + ownState.map { ArrayData(shape: [], [$0]) }
    }

    /// Goes on from what ``state(of:)`` gave. Nothing is changed for an optimizer that had made no
    /// steps.
    /// - Throws: what does not fit the weights.
    func restore(_ state: [ArrayData], for weights: [Variable]) throws {
        guard let first = state.first, let steps = first.wholeNumber, (0..<1 << 53).contains(steps)
        else { throw StrataError("the optimizer's number of steps is missing or wrong") }
        guard steps > 0 else { return }
        let variables = variables(of: weights)
        let rates = followsSchedule ? 0 : 1
        let shapes =
            [[Int]](repeating: [], count: 1 + rates) + variables.map(\.shape.dimensions)
            + [[Int]](repeating: [], count: ownState.count)
        guard state.map(\.shape) == shapes else {
            throw StrataError(
                "the state of the optimizer \(name) does not fit the model: \(shapes.count) arrays "
                    + "of the weights' shapes were expected. Received: \(state.count)")
        }
        batches = steps
        if rates > 0 {
            let rate = state[1].floats()[0]
            if rate != learningRate { learningRate = rate }
        }
        for (variable, array) in zip(variables, state.dropFirst(1 + rates)) {
            variable.assign(array.floats())
        }
        ownState = state.suffix(ownState.count).map { $0.floats()[0] }
    }

    private func variables(of weights: [Variable]) -> [Variable] {
        let states = weights.map(state(of:))
        return states.compactMap(\.average) + states.compactMap(\.accumulator)
            + slotGroups.flatMap { group in states.flatMap { $0.slots[group] } }
    }
}

extension ArrayData {
    /// The one number in the array, if it is whole; all of its digits.
    fileprivate var wholeNumber: Int? {
        guard count == 1, !byteOrderSwapped else { return nil }
        return withUnsafeBytes { bytes in
            switch dtype {
            case .int64: Int(bytes.load(as: Int64.self))
            case .int32: Int(bytes.load(as: Int32.self))
            default: Int(exactly: floats()[0])
            }
        }
    }
}
