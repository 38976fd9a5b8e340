/// Rewrites that save memory and passes before elementwise fusion.
extension Graph {
    mutating func rewrite() {
        removeDead()
        movePoolGradientsOutward()
        fuseEpilogues()
        removeDead()
        recomputeRandomNumbers()
    }

    /// ReLU before max pooling: the ReLU's gradient is applied to the pooled values (a winner is its
    /// window's output), so that the full-size activation need not be kept for the backward pass.
    private mutating func movePoolGradientsOutward() {
        // By the pooling's output of winners.
        var poolings: [Int: Instruction] = [:]
        for instruction in instructions where instruction.operation is MaxPooling {
            poolings[instruction.outputs[1]] = instruction
        }
        guard !poolings.isEmpty else { return }
        let uses = useCounts()
        rebuild { graph, instruction in
            if let reduction = instruction.operation as? Reduction, reduction.kind == .sum,
                reduction.axes == 0..<3, let index = graph.producer(instruction.inputs[0]),
                graph.instructions[index].operation is MaxPoolingGradient
            {
                // Every pooled gradient goes to one pixel: the sum over pixels is the same.
                var sum = instruction
                sum.inputs = [graph.instructions[index].inputs[0]]
                return graph.keep(sum)
            }
            guard (instruction.operation as? Elementwise)?.code == .reluGradient,
                let gradientIndex = graph.producer(instruction.inputs[0]),
                uses[instruction.inputs[0]] == 1,
                gradientIndex < graph.instructions.count,
                let operation = graph.instructions[gradientIndex].operation as? MaxPoolingGradient
            else { return graph.keep(instruction) }
            let gradient = graph.instructions[gradientIndex]
            guard let pooling = poolings[gradient.inputs[1]],
                pooling.inputs[0] == instruction.inputs[1]
            else { return graph.keep(instruction) }
            let pooled = pooling.outputs[0]
            let masked = graph.append(
                Elementwise(.reluGradient), [gradient.inputs[0], pooled],
                [graph.values[pooled].type])
            graph.keep(
                Instruction(
                    operation: operation, inputs: [masked[0], gradient.inputs[1]],
                    outputs: instruction.outputs))
        }
        removeDead()
    }

    /// Convolution or matrix product, then scale, bias and ReLU: one instruction.
    private mutating func fuseEpilogues() {
        let uses = useCounts()
        let fixed = staticValues()
        rebuild { graph, instruction in
            guard let code = (instruction.operation as? Elementwise)?.code,
                let fused = graph.epilogue(code, instruction, uses, fixed)
            else { return graph.keep(instruction) }
            graph.keep(fused)
        }
        removeDead()
    }

    /// The instruction that does `instruction` and the product it reads at once, if there is one.
    private mutating func epilogue(
        _ code: Elementwise.Code, _ instruction: Instruction, _ uses: [Int], _ fixed: [Bool]
    ) -> Instruction? {
        let operands: [(product: Int, vector: Int?)] =
            switch code {
            case .relu: [(0, nil)]
            case .add, .multiply: [(0, 1), (1, 0)]
            default: []
            }
        for (position, other) in operands {
            let value = instruction.inputs[position]
            guard var found = openProduct(value, uses) else { continue }
            if let other {
                let vector = instruction.inputs[other]
                // The product must not be broadcast itself: `[n, 1] + [k]` is no bias.
                guard shape(vector) == [shape(value)[-1]], vector != value,
                    shape(value) == shape(instruction.outputs[0])
                else { continue }
                if code == .add {
                    addBias(vector, to: &found)
                } else if !scale(&found, by: vector, fixed) {
                    continue
                }
            } else {
                found.product.activation = .relu
            }
            return Instruction(
                operation: found.product, inputs: found.inputs, outputs: instruction.outputs)
        }
        return nil
    }

    /// A product that more can be made part of.
    private struct OpenProduct {
        var product: any EpilogueFusing
        var inputs: [Int]
    }

    /// The product that makes a value, if nobody else reads it and no activation ends it.
    private func openProduct(_ value: Int, _ uses: [Int]) -> OpenProduct? {
        guard value < uses.count, uses[value] == 1, let index = producer(value) else { return nil }
        let found = instructions[index]
        // A product over no terms at all is zero, which is not where a bias is added.
        guard let product = found.operation as? any EpilogueFusing, product.activation == .none,
            found.inputs.allSatisfy({ shape($0).count > 0 })
        else { return nil }
        return OpenProduct(product: product, inputs: found.inputs)
    }

    private mutating func addBias(_ vector: Int, to found: inout OpenProduct) {
        if found.product.hasBias {
            found.inputs[2] = append(.add, found.inputs[2], vector)
        } else {
            found.product.hasBias = true
            found.inputs.append(vector)
        }
    }

    /// A scale known before any batch goes into the kernel, whose last axis is the channels (batch
    /// normalization at inference). A kernel made here, by an earlier scale, is as fixed as what it was
    /// made of.
    /// - Returns: false if the scale is not known, or the kernel's last axis is another.
    private mutating func scale(
        _ found: inout OpenProduct, by vector: Int, _ fixed: [Bool]
    ) -> Bool {
        let kernel = found.inputs[1]
        guard vector < fixed.count, fixed[vector], kernel >= fixed.count || fixed[kernel],
            (found.product as? MatrixProduct)?.transposeB != true
        else { return false }
        found.inputs[1] = append(.multiply, kernel, vector)
        if found.product.hasBias {
            found.inputs[2] = append(.multiply, found.inputs[2], vector)
        }
        return true
    }

    /// Appends an operation on a value and another that is broadcast to its shape.
    private mutating func append(_ code: Elementwise.Code, _ value: Int, _ other: Int) -> Int {
        append(Elementwise(code), [value, other], [values[value].type])[0]
    }

    /// Which values follow from variables alone, in a graph that updates none: they are computed
    /// again only when a variable has changed.
    func staticValues() -> [Bool] {
        guard bindsVariables, updates.isEmpty else {
            return [Bool](repeating: false, count: values.count)
        }
        var isStatic = values.map { value in
            switch value.source {
            case .variable, .constant: true
            case .placeholder, nil: false
            }
        }
        for instruction in instructions where instruction.isLive {
            let known = instruction.inputs.allSatisfy { isStatic[$0] }
            for output in instruction.outputs { isStatic[output] = known }
        }
        return isStatic
    }

    /// Random numbers cost less to make again than to keep: every reader gets its own copy of the
    /// arithmetic from the key on (a dropout's mask, in the backward pass).
    private mutating func recomputeRandomNumbers() {
        var isCheap = [Bool](repeating: false, count: values.count)
        var recipes: [Int: Instruction] = [:]
        // Instructions that making a value again takes: few, or keeping it costs less after all.
        var costs: [Int: Int] = [:]
        let affordable = 8
        for instruction in instructions {
            let output = instruction.outputs[0]
            let fromRandom =
                instruction.operation is Elementwise
                && instruction.inputs.contains { isCheap[$0] }
                && instruction.inputs.allSatisfy { isCheap[$0] || shape($0).count == 1 }
            let cost = instruction.inputs.reduce(1) { $0 + (costs[$1] ?? 0) }
            if instruction.operation is RandomNumbers || fromRandom, cost <= affordable {
                isCheap[output] = true
                costs[output] = cost
                recipes[output] = instruction
            }
        }
        guard !recipes.isEmpty else { return }
        func copy(_ value: Int, _ graph: inout Graph) -> Int {
            guard let recipe = recipes[value] else { return value }
            let inputs = recipe.inputs.map { copy($0, &graph) }
            return graph.append(recipe.operation, inputs, [graph.values[value].type])[0]
        }
        let cheap = isCheap
        rebuild { graph, instruction in
            var instruction = instruction
            if !cheap[instruction.outputs[0]] {
                instruction.inputs = instruction.inputs.map { copy($0, &graph) }
            }
            graph.keep(instruction)
        }
        removeDead()
    }
}

/// A product that can add a bias and apply an activation as it stores.
protocol EpilogueFusing: Operation {
    var hasBias: Bool { get set }
    var activation: FusedActivation { get set }
}

extension Convolution: EpilogueFusing {}
extension MatrixProduct: EpilogueFusing {}
