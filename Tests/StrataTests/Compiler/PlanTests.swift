import Strata
import TestSupport
import Testing

/// Updates, outputs and preparation of plans, where memory is shared in ways that could go wrong.
struct PlanTests {
    private func variable(_ scalars: [Float]) -> Variable {
        Variable("v", shape: [scalars.count]) { scalars }
    }

    private func placeholder(_ index: Int, _ shape: Shape) -> Tensor {
        Tensor(Node(.placeholder(index), [TensorType(shape)]))
    }

    /// Runs a plan, fused and not, on fresh variables each time.
    private func check(
        _ make: (_ a: Variable, _ b: Variable) -> (
            outputs: [Tensor], updates: [(Variable, Tensor)]
        ),
        outputs: [[Float]], a: [Float], b: [Float],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        for fuses in [true, false] {
            let (first, second) = (variable([1, 2, 3]), variable([10, 20, 30]))
            let (wanted, updates) = make(first, second)
            var options = CompilationOptions()
            options.fuses = fuses
            options.poisonsFreedMemory = true
            let plan = try Plan(outputs: wanted, updates: updates, arena: Arena(), options: options)
            let argument = Storage(floats: [7, 8, 9])
            plan.run([UnsafeRawPointer(argument.pointer)])
            for (index, numbers) in outputs.enumerated() {
                #expect(Array(plan.output(index)) == numbers, sourceLocation: sourceLocation)
            }
            #expect(Array(first.storage.floats) == a, sourceLocation: sourceLocation)
            #expect(Array(second.storage.floats) == b, sourceLocation: sourceLocation)
            #expect(Array(argument.floats) == [7, 8, 9], sourceLocation: sourceLocation)
        }
    }

    @Test func swappedVariables() throws {
        try check(
            { a, b in ([], [(a, b.value), (b, a.value)]) }, outputs: [], a: [10, 20, 30],
            b: [1, 2, 3])
        try check(
            { a, b in ([], [(a, b.value + 0), (b, a.value + 0)]) }, outputs: [],
            a: [10, 20, 30], b: [1, 2, 3])
        try check(
            { a, b in ([], [(a, b.value), (b, b.value + 1)]) }, outputs: [],
            a: [10, 20, 30], b: [11, 21, 31])
        try check(
            { a, b in ([], [(b, b.value + 1), (a, b.value)]) }, outputs: [],
            a: [10, 20, 30], b: [11, 21, 31])
        try check(
            { a, b in ([], [(a, a.value + b.value), (b, a.value - b.value)]) }, outputs: [],
            a: [11, 22, 33], b: [-9, -18, -27])
    }

    @Test func oldValuesAsOutputs() throws {
        try check(
            { a, _ in ([a.value, a.value + 1, a.value], [(a, a.value + 1)]) },
            outputs: [[1, 2, 3], [2, 3, 4], [1, 2, 3]], a: [2, 3, 4], b: [10, 20, 30])
        try check(
            { a, b in ([a.value.reshaped(to: [3, 1]), b.value], [(a, b.value)]) },
            outputs: [[1, 2, 3], [10, 20, 30]], a: [10, 20, 30], b: [10, 20, 30])
        try check(
            { a, _ in ([a.value.sum()], [(a, a.value - a.value.sum())]) },
            outputs: [[6]], a: [-5, -4, -3], b: [10, 20, 30])
    }

    @Test func oneValueForTwoVariables() throws {
        try check(
            { a, b in
                let sum = a.value + b.value
                return ([sum], [(a, sum), (b, sum)])
            }, outputs: [[11, 22, 33]], a: [11, 22, 33], b: [11, 22, 33])
        try check(
            { a, b in
                let sum = a.value + b.value
                return ([], [(a, sum), (b, sum)])
            }, outputs: [], a: [11, 22, 33], b: [11, 22, 33])
    }

    @Test func theLastUpdateStands() throws {
        try check(
            { a, _ in ([], [(a, a.value * 2), (a, a.value * 3)]) }, outputs: [],
            a: [3, 6, 9], b: [10, 20, 30])
    }

    @Test func argumentsAsOutputs() throws {
        let x = placeholder(0, [3])
        try check(
            { a, _ in
                (
                    [x, x, x.reshaped(to: [1, 3]), Tensor([4, 5]), a.value],
                    []
                )
            }, outputs: [[7, 8, 9], [7, 8, 9], [7, 8, 9], [4, 5], [1, 2, 3]], a: [1, 2, 3],
            b: [10, 20, 30])
        try check(
            { a, b in ([x], [(a, x), (b, Tensor([0, 1, 2]))]) }, outputs: [[7, 8, 9]],
            a: [7, 8, 9], b: [0, 1, 2])
    }

    /// A variable read in another order than it is written may not be overwritten in place.
    @Test func readsAcross() throws {
        try check(
            { a, b in
                let column = a.value.reshaped(to: [3, 1])
                let table = column * a.value
                return ([], [(a, table.sum(axes: [1])), (b, a.value.max() + b.value)])
            }, outputs: [], a: [6, 12, 18], b: [13, 23, 33])
        try check(
            { a, _ in
                let turned = Tensor.concatenate([
                    a.value.sliced(from: [1], size: [2]), a.value.sliced(from: [0], size: [1]),
                ])
                return ([], [(a, turned)])
            }, outputs: [], a: [2, 3, 1], b: [10, 20, 30])
        try check(
            { a, _ in
                ([], [(a, a.value.sliced(from: [1], size: [2]).padded(before: [0], after: [1]))])
            },
            outputs: [], a: [2, 3, 0], b: [10, 20, 30])
    }

    @Test func expressionsRecordedEarlierKeepTheirNumbers() throws {
        let v = variable([1, 2, 3])
        let (before, sum) = (v.value, v.value.sum())
        let plan = try Plan(outputs: [], updates: [(v, v.value * 2)], arena: Arena())
        plan.run()
        plan.run()
        #expect(before.scalars == [1, 2, 3] && sum.scalar == 6)
        #expect(v.value.scalars == [4, 8, 12])
        v.value = v.value + before
        #expect(v.value.scalars == [5, 10, 15] && before.scalars == [1, 2, 3])
        plan.run()
        #expect(v.value.scalars == [10, 20, 30])
    }

    // MARK: - Preparation

    /// What follows from variables is computed once, and again when a variable changes.
    @Test func preparationFollowsVariables() throws {
        for fuses in [true, false] {
            let v = variable([1, 2, 3])
            let x = placeholder(0, [3])
            var options = CompilationOptions()
            options.fuses = fuses
            let padded = v.value.padded(before: [1], after: [1])
            let mixed = relu(Tensor.concatenate([v.value, x, v.value]))
            let constant = exp(Tensor([0, 0]))
            let plan = try Plan(
                outputs: [square(v.value) + x, padded, mixed, constant * 2, padded.sum() + x],
                arena: Arena(), options: options)
            let argument = Storage(floats: [1, 0, -1])
            for factor in [Float(1), 1, 3] {
                if factor != 1 { v.value = v.value * factor }
                plan.run([UnsafeRawPointer(argument.pointer)])
                let w = [1, 2, 3].map { $0 * factor }
                #expect(Array(plan.output(0)) == [w[0] * w[0] + 1, w[1] * w[1], w[2] * w[2] - 1])
                #expect(Array(plan.output(1)) == [0] + w + [0])
                #expect(Array(plan.output(2)) == w + [1, 0, 0] + w)
                #expect(Array(plan.output(3)) == [2, 2])
                #expect(Array(plan.output(4)) == [1, 0, -1].map { $0 + 6 * factor })
            }
        }
    }

    @Test func constantsAlone() throws {
        let plan = try Plan(outputs: [exp(Tensor([0, 0]))], arena: Arena())
        plan.run()
        #expect(Array(plan.output(0)) == [1, 1])
    }

    /// Two batch normalizations after a convolution, all scales known: both go into the kernel.
    @Test func scalesFoldIntoKernels() throws {
        var random = TestRandom(1)
        for product in ["conv2D", "matmul"] {
            let start = random.tensor(product == "conv2D" ? [3, 3, 2, 4] : [6, 4])
            let kernel = try Variable(start)
            let scales = try (0..<2).map { _ in try Variable(random.tensor([4], 0.5...2)) }
            let shifts = try (0..<2).map { _ in try Variable(random.tensor([4])) }
            let x = placeholder(0, product == "conv2D" ? [2, 5, 5, 2] : [3, 6])
            var y = product == "conv2D" ? conv2D(x, kernel.value) : matmul(x, kernel.value)
            for (scale, shift) in zip(scales, shifts) { y = y * scale.value + shift.value }
            y = relu(y)
            let plan = try Plan(outputs: [y], arena: Arena())
            #expect(plan.steps.count == 1)
            for round in 0..<2 {
                if round == 1 { scales[0].value = scales[0].value * 2 }
                let numbers = random.tensor(x.shape)
                var naive = NaiveEvaluator(placeholders: [NaiveEvaluator().array(numbers)])
                naive.set(kernel.value, NaiveEvaluator().array(kernel.value))
                let wanted: Tensor = {
                    var y = product == "conv2D" ? conv2D(x, kernel.value) : matmul(x, kernel.value)
                    for (scale, shift) in zip(scales, shifts) { y = y * scale.value + shift.value }
                    return relu(y)
                }()
                let argument = Storage(floats: numbers.scalars)
                plan.run([UnsafeRawPointer(argument.pointer)])
                expectClose(
                    Array(plan.output(0)), naive.value(wanted).numbers, relative: 1e-5, product)
            }
        }
    }

    /// A single column and a vector broadcast to a matrix: the vector is no bias.
    @Test func broadcastProductsAreNotBiased() throws {
        let column = matmul(
            Tensor(shape: [2, 1], scalars: [1, 2]), Tensor(shape: [1, 1], scalars: [3]))
        #expect((column + Tensor([10, 20, 30])).scalars == [13, 23, 33, 16, 26, 36])
        let image = conv2D(Tensor.ones([1, 1, 2, 1]), Tensor.ones([1, 1, 1, 1]))
        #expect((image * Tensor([1, 2, 3])).scalars == [1, 2, 3, 1, 2, 3])
    }

    /// Random numbers are made again where they are read, but not exponentially many times.
    @Test(.timeLimit(.minutes(1))) func sumsOfRandomNumbers() {
        var x = Tensor(randomUniform: [4], seed: 1)
        let start = x.scalars
        x = Tensor(randomUniform: [4], seed: 1)
        for _ in 0..<40 { x = x + x * 0.5 }
        let factor = (0..<40).reduce(1.0) { result, _ in result * 1.5 }
        // A reader that is not random itself.
        x = x * Tensor.ones([4])
        expectClose(x.scalars, start.map { Double($0) * factor }, relative: 1e-5)
        var mask = Tensor(randomUniform: [4], seed: 1) .> 0.5
        for _ in 0..<20_000 { mask = mask + 1 }
        mask = mask * Tensor.ones([4])
        #expect(mask.scalars == start.map { ($0 > 0.5 ? 1 : 0) + 20_000 })
    }
}
