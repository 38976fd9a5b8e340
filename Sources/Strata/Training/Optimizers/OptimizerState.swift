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
        guard let steps = state.first?.wholeNumber, (0..<1 << 53).contains(steps) else {
            throw StrataError(
                "the optimizer's number of steps, from 0 to 2⁵³, was expected, but got "
                    + (state.first.map { "\($0.dtype) of shape \($0.shape)" } ?? "nothing"))
        }
        guard steps > 0 else { return }
        let variables = variables(of: weights)
        let rates = followsSchedule ? 0 : 1
        let shapes =
            [[Int]](repeating: [], count: 1 + rates) + variables.map(\.shape.dimensions)
            + [[Int]](repeating: [], count: ownState.count)
        let misfit = zip(state, shapes).enumerated().first { $1.0.shape != $1.1 }
        if let (number, (array, shape)) = misfit {
            throw StrataError(
                "the state of the optimizer \(name) does not fit the model: array \(number) of shape "
                    + "\(shape) was expected, but got \(array.shape)")
        }
        guard state.count == shapes.count else {
            throw StrataError(
                "the state of the optimizer \(name) does not fit the model: \(shapes.count) arrays "
                    + "were expected, but got \(state.count)")
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

    /// What is kept that Keras has no place for: when the schedule began, if that was not at the first
    /// step.
    var note: JSON.Member? {
        scheduleStart == 0 ? nil : JSON.Member("schedule_start", .integer(scheduleStart))
    }

    /// Goes on from ``note``, one among others.
    func restore(notes: JSON) throws {
        guard let start = try notes["schedule_start"].map({ try Int(json: $0) }) else { return }
        guard (0...batches).contains(start) else {
            throw StrataError(
                "schedule_start must be between 0 and the \(batches) steps made, but got \(start)")
        }
        scheduleStart = start
    }

    /// Goes on from what Keras 2 wrote: the steps made, the weights' averages and their slots. As in
    /// Keras, an optimizer whose state does not fit begins anew.
    /// - Parameter isLegacy: whether it was an optimizer of before TensorFlow 2.11, whose slots are
    ///   grouped by kind.
    func restore(kerasTwo state: [ArrayData], isLegacy: Bool, for weights: [Variable]) {
        guard let steps = state.first?.wholeNumber, (1..<1 << 53).contains(steps) else { return }
        let variables = variables(
            of: weights, groups: isLegacy ? slotKinds.indices.map { $0..<$0 + 1 } : nil)
        // More of them are slots that today's optimizer does without, such as SGD's without momentum.
        let slots = state.dropFirst()
        guard slots.count >= variables.count,
            zip(slots, variables).allSatisfy({ $0.shape == $1.shape.dimensions })
        else { return }
        batches = steps
        for (variable, array) in zip(variables, slots) { variable.assign(array.floats()) }
    }

    private func variables(of weights: [Variable], groups: [Range<Int>]? = nil) -> [Variable] {
        let states = weights.map(state(of:))
        return states.compactMap(\.average) + states.compactMap(\.accumulator)
            + (groups ?? slotGroups).flatMap { group in states.flatMap { $0.slots[group] } }
    }
}

extension ArrayData {
    /// The one number in the array, if it is whole; all of its digits.
    fileprivate var wholeNumber: Int? {
        guard count == 1 else { return nil }
        return littleEndian.withUnsafeBytes { bytes in
            switch dtype {
            case .int64: bytes.littleEndian(Int64.self, at: 0).map(Int.init)
            case .int32: bytes.littleEndian(Int32.self, at: 0).map(Int.init)
            default: Int(exactly: floats()[0])
            }
        }
    }
}
