import CStrata
import Foundation
import Testing

/// A program in which each value of a phase is made from two of the phase before, so that a task
/// run too early, twice or never changes the result.
private struct ChainProgram {
    struct Arguments {
        var count: Int
        var input: UnsafePointer<Int64>
        var output: UnsafeMutablePointer<Int64>
    }

    static let phases = 5
    let count: Int
    var first: [Int64] { (0..<count).map { Int64($0 * $0 + 1) } }

    static let kernel: strata_kernel = { arguments, begin, end, scratch in
        let a = arguments!.assumingMemoryBound(to: Arguments.self).pointee
        let memory = scratch!.assumingMemoryBound(to: Int64.self)
        for i in Int(begin)..<Int(end) {
            memory[0] = a.input[i]  // another thread's scratch would show
            a.output[i] = memory[0] &+ 3 &* a.input[(i * 7 + 3) % a.count]
        }
    }

    var expected: [Int64] {
        var values = first
        for _ in 0..<Self.phases {
            values = (0..<count).map { i in
                let other: Int64 = values[(i * 7 + 3) % count]
                return values[i] &+ 3 &* other
            }
        }
        return values
    }

    /// Runs it with each phase cut into two steps; nil if the pool refused.
    func run(parallel: Bool, taskUnits: Int, blockUnits: Int, timed: Bool) -> [Int64]? {
        var values = first + [Int64](repeating: -1, count: count * Self.phases)
        let times = UnsafeMutablePointer<Int64>.allocate(capacity: Self.phases)
        times.initialize(repeating: -1, count: Self.phases)
        defer { times.deallocate() }
        let done = values.withUnsafeMutableBufferPointer { values in
            let base = values.baseAddress!
            var arguments = (0..<Self.phases).map {
                Arguments(
                    count: count, input: base + $0 * count, output: base + ($0 + 1) * count)
            }
            return arguments.withUnsafeMutableBufferPointer { arguments in
                var calls = arguments.indices.map {
                    strata_call(kernel: Self.kernel, args: arguments.baseAddress! + $0)
                }
                return calls.withUnsafeMutableBufferPointer { calls in
                    var steps = calls.indices.map {
                        strata_step(
                            calls: calls.baseAddress! + $0, call_count: 1, units: Int64(count),
                            task_units: Int64(taskUnits), block_units: Int64(blockUnits))
                    }
                    return steps.withUnsafeMutableBufferPointer { steps in
                        var phases = steps.indices.map {
                            strata_phase(steps: steps.baseAddress! + $0, step_count: 1)
                        }
                        return phases.withUnsafeMutableBufferPointer { phases in
                            var program = strata_program(
                                phases: phases.baseAddress, phase_count: Int32(Self.phases),
                                scratch_size: Int64(64 + 8 * count), parallel: parallel)
                            return strata_run(&program, timed ? times : nil)
                        }
                    }
                }
            }
        }
        guard done else { return nil }
        if timed { #expect((0..<Self.phases).allSatisfy { times[$0] >= 0 }) }
        return Array(values.suffix(count))
    }
}

@Suite(.serialized)
struct PoolTests {
    @Test(arguments: [1, 2, 3, 8])
    func everyTaskRunsOnceAndInItsPhase(threads: Int32) {
        strata_set_threads(threads)
        #expect(strata_threads() == threads)
        for round in 0..<3000 {
            let program = ChainProgram(count: 1 + round % 13)
            let result = program.run(
                parallel: round % 10 != 9, taskUnits: 1 + round % 3, blockUnits: round % 4,
                timed: round % 4 == 0)
            #expect(result == program.expected)
        }
    }

    @Test func callersTakeTurns() {
        strata_set_threads(3)
        DispatchQueue.concurrentPerform(iterations: 4) { caller in
            for round in 0..<500 {
                let program = ChainProgram(count: 2 + (round + caller) % 9)
                let result = program.run(
                    parallel: true, taskUnits: 1, blockUnits: 1, timed: false)
                #expect(result == program.expected)
                if round % 100 == 0 { strata_set_threads(Int32(1 + (round / 100 + caller) % 4)) }
            }
        }
    }

    /// A pool whose workers have gone to sleep between programs still gets the work done.
    @Test func workersWakeUp() {
        strata_set_threads(2)
        let program = ChainProgram(count: 50)
        for _ in 0..<20 {
            usleep(2000)
            #expect(
                program.run(parallel: true, taskUnits: 5, blockUnits: 2, timed: true)
                    == program.expected)
        }
    }

    /// The calls of a step take turns over each block of units.
    @Test func chainsGoDepthFirst() {
        final class Record {
            var calls: [[Int64]] = []
        }
        let record = Record()
        let kernels: [strata_kernel] = [
            { arguments, begin, end, _ in
                Unmanaged<Record>.fromOpaque(arguments!).takeUnretainedValue()
                    .calls.append([0, begin, end])
            },
            { arguments, begin, end, _ in
                Unmanaged<Record>.fromOpaque(arguments!).takeUnretainedValue()
                    .calls.append([1, begin, end])
            },
        ]
        let opaque = UnsafeRawPointer(Unmanaged.passUnretained(record).toOpaque())
        let calls = kernels.map { strata_call(kernel: $0, args: opaque) }
        calls.withUnsafeBufferPointer { calls in
            let steps = [
                strata_step(
                    calls: calls.baseAddress, call_count: 2, units: 5, task_units: 3,
                    block_units: 2)
            ]
            steps.withUnsafeBufferPointer { steps in
                let phases = [strata_phase(steps: steps.baseAddress, step_count: 1)]
                phases.withUnsafeBufferPointer { phases in
                    var program = strata_program(
                        phases: phases.baseAddress, phase_count: 1, scratch_size: 0,
                        parallel: false)
                    #expect(strata_run(&program, nil))
                }
            }
        }
        #expect(
            record.calls == [
                [0, 0, 2], [1, 0, 2], [0, 2, 3], [1, 2, 3], [0, 3, 5], [1, 3, 5],
            ])
    }

    @Test func scratchThatCannotBeHadIsReported() {
        var program = strata_program(
            phases: nil, phase_count: 0, scratch_size: .max, parallel: false)
        #expect(!strata_run(&program, nil))
        program.scratch_size = 1 << 22
        #expect(strata_run(&program, nil))
    }

    @Test func defaultThreads() {
        #expect((1...256).contains(strata_default_threads()))
    }

    @Test(arguments: [0, 1, 1000, 2 << 20, (5 << 20) + 3])
    func allocation(bytes: Int) {
        let pointer = strata_allocate(bytes)!
        #expect(UInt(bitPattern: pointer) % 64 == 0)
        let content = UnsafeMutableRawBufferPointer(start: pointer, count: bytes)
        #expect(content.allSatisfy { $0 == 0 })
        content.initializeMemory(as: UInt8.self, repeating: 1)
        strata_deallocate(pointer, bytes)
        #expect(strata_resident_bytes() > 0)
        #expect(strata_peak_resident_bytes() >= 1 << 20)
    }
}
