import CStrata
import Strata
import Testing

/// Random graphs compiled with and without fusion, with memory poisoned as soon as it is free, at
/// every instruction set: the numbers are the naive evaluator's.
struct FusionTests {
    private static func options(fuses: Bool, seed: UInt64) -> CompilationOptions {
        var options = CompilationOptions()
        options.fuses = fuses
        options.poisonsFreedMemory = true
        options.instructionSet = Int32(seed % UInt64(strata_kernels_count()))
        return options
    }

    /// Runs a graph's plan several times and compares each output, and each variable, each time.
    static func check(_ graph: RandomGraph, seed: UInt64, runs: Int, _ name: String) throws {
        for fuses in [false, true] {
            for (variable, start) in graph.variables { variable.assign(start.scalars) }
            let plan = try Plan(
                outputs: graph.outputs, updates: graph.updates, arena: Arena(),
                options: options(fuses: fuses, seed: seed))
            let arguments = graph.arguments.map { Storage(floats: $0.scalars) }
            var present = Dictionary(
                uniqueKeysWithValues: graph.variables.map {
                    (ObjectIdentifier($0.variable), NaiveEvaluator().array($0.start))
                })
            for run in 0..<runs {
                var naive = NaiveEvaluator(
                    placeholders: graph.arguments.map { NaiveEvaluator().array($0) })
                for leaf in graph.leaves {
                    guard case .variable(let variable) = leaf.kind else { continue }
                    naive.set(leaf.tensor, present[ObjectIdentifier(variable)]!)
                }
                plan.run(arguments.map { UnsafeRawPointer($0.pointer) })
                for (position, output) in graph.outputs.enumerated() {
                    expectClose(
                        Array(plan.output(position)), naive.value(output).numbers,
                        relative: 1e-4, absolute: 1e-5,
                        "\(name) \(seed), fuses: \(fuses), run \(run), output \(position)")
                }
                for (variable, next) in graph.updates {
                    let wanted = naive.value(next)
                    present[ObjectIdentifier(variable)] = wanted
                    expectClose(
                        Array(variable.storage.floats), wanted.numbers,
                        relative: 1e-4, absolute: 1e-5,
                        "\(name) \(seed), fuses: \(fuses), run \(run), update of \(wanted.shape)")
                }
            }
        }
    }

    @Test(arguments: 0..<10)
    func inference(_ batch: Int) throws {
        for seed in UInt64(batch * 12)..<UInt64(batch * 12 + 12) {
            let graph = RandomGraph(seed: seed, leafKinds: [0])
            try Self.check(graph, seed: seed, runs: 2, "placeholders")
        }
    }

    /// With variables that nothing updates, much is prepared once.
    @Test(arguments: 0..<10)
    func preparation(_ batch: Int) throws {
        for seed in UInt64(batch * 12 + 1000)..<UInt64(batch * 12 + 1012) {
            let graph = RandomGraph(seed: seed, leafKinds: [0, 1, 2, 2])
            try Self.check(graph, seed: seed, runs: 2, "variables")
        }
    }

    @Test(arguments: 0..<10)
    func training(_ batch: Int) throws {
        for seed in UInt64(batch * 12 + 2000)..<UInt64(batch * 12 + 2012) {
            let graph = RandomGraph(seed: seed, leafKinds: [0, 2], updates: true)
            try Self.check(graph, seed: seed, runs: 3, "updates")
        }
    }

    /// The same through the tape's cached plans.
    @Test func tape() throws {
        for seed in UInt64(3000)..<3060 {
            let graph = RandomGraph(seed: seed, leafKinds: [1])
            var naive = NaiveEvaluator()
            let wanted = graph.outputs.map { naive.value($0) }
            try Evaluator.shared.evaluate(graph.outputs)
            for (output, wanted) in zip(graph.outputs, wanted) {
                expectClose(
                    output.scalars, wanted.numbers, relative: 1e-4, absolute: 1e-5, "tape \(seed)")
            }
        }
    }
}

extension NaiveEvaluator {
    func array(_ tensor: Tensor) -> NaiveArray {
        NaiveArray(tensor.shape.dimensions, tensor.scalars.map(Double.init))
    }
}
