import CStrata
import Foundation

/// Settings and measurements of the process.
public enum Runtime {
    /// The version of Strata.
    public static let version = "1.0.0"

    /// The number of threads that compute, including the calling one. By default as many as the process may
    /// use, or the number in the environment variable `STRATA_THREADS`. Results do not depend on it.
    public static var threadCount: Int {
        get { Int(strata_threads()) }
        set { strata_set_threads(Int32(clamping: max(1, newValue))) }
    }

    /// Checks the environment variables.
    /// - Throws: ``StrataError`` if they ask for threads or an instruction set that this machine lacks, and
    ///   that would therefore be ignored.
    package static func checkEnvironment() throws {
        let environment = ProcessInfo.processInfo.environment
        if let wanted = environment["STRATA_THREADS"], !wanted.isEmpty, Int(wanted) != threadCount {
            throw StrataError(
                "STRATA_THREADS must be a number of threads from 1 to \(STRATA_MAX_THREADS), but got "
                    + wanted)
        }
        let sets = (0..<strata_kernels_count()).map {
            String(cString: strata_kernels_at($0).pointee.name)
        }
        if let wanted = environment["STRATA_ISA"], !wanted.isEmpty, !sets.contains(wanted) {
            throw StrataError(
                "STRATA_ISA must be one of this processor's instruction sets, "
                    + "\(sets.joined(separator: ", ")), but got \(wanted)")
        }
    }

    /// The peak physical memory of the process so far, in bytes; 0 if unknown.
    public static var peakMemory: Int { Int(strata_peak_resident_bytes()) }

    /// Checks that the machine has enough memory.
    /// - Throws: ``StrataError`` if it has less.
    static func checkMemory(_ byteCount: Int, for what: String) throws {
        let available = Int(clamping: ProcessInfo.processInfo.physicalMemory)
        guard byteCount <= available else {
            throw StrataError(
                "\(byteCount >> 20) MiB of memory are needed for \(what), and the machine has"
                    + " \(available >> 20).")
        }
    }

    /// From now on the first Ctrl-C (SIGINT) or SIGTERM only sets ``isInterrupted``; a second one kills the
    /// process.
    package static func catchInterrupt() { strata_interrupt_install() }

    /// Whether SIGINT or SIGTERM has arrived since ``catchInterrupt()``.
    package static var isInterrupted: Bool { strata_interrupted() }

    /// Writes a message, such as progress. If it cannot be written, because the stream is closed or the disk
    /// is full, it is dropped.
    package static func writeStandardError(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }

    /// The width of the terminal of a file descriptor; nil if it is not a terminal.
    package static func terminalColumns(of descriptor: Int32) -> Int? {
        let columns = strata_terminal_columns(descriptor)
        return columns > 0 ? Int(columns) : nil
    }
}

extension Runtime {
    /// Computes a value for each of 0..<`count` on the threads of computation.
    /// - Parameters:
    ///   - count: how many values.
    ///   - body: the value of a number; called from any thread, for several numbers at once.
    /// - Returns: the values, in order.
    /// - Throws: what `body` throws for the smallest number that it throws for. Some of those after it
    ///   are left out then.
    package static func concurrentMap<Value>(
        _ count: Int, _ body: (Int) throws -> Value
    ) throws -> [Value] {
        guard count > 0 else { return [] }
        let lock = NSLock()
        var values = [Value?](repeating: nil, count: count)
        var failure: (number: Int, error: any Error)?
        func compute(_ number: Int) {
            guard lock.withLock({ failure.map { number < $0.number } ?? true }) else { return }
            let result = Result { try body(number) }
            lock.withLock {
                switch result {
                case .success(let value): values[number] = value
                case .failure(let error):
                    if failure.map({ number < $0.number }) ?? true { failure = (number, error) }
                }
            }
        }
        withoutActuallyEscaping(compute) { run(count, Work(body: $0)) }
        if let failure { throw failure.error }
        return values.map { $0! }
    }

    /// What a thread of the pool calls.
    private struct Work {
        let body: (Int) -> Void
    }

    private static func run(_ count: Int, _ work: Work) {
        withUnsafePointer(to: work) { work in
            var call = strata_call(
                kernel: { arguments, begin, end, _ in
                    let work = arguments!.assumingMemoryBound(to: Work.self).pointee
                    for number in begin..<end { work.body(Int(number)) }
                }, args: work)
            withUnsafePointer(to: &call) { call in
                var step = strata_step(
                    calls: call, call_count: 1, units: Int64(count), task_units: 1, block_units: 1)
                withUnsafePointer(to: &step) { step in
                    var phase = strata_phase(steps: step, step_count: 1)
                    withUnsafePointer(to: &phase) { phase in
                        var program = strata_program(
                            phases: phase, phase_count: 1, scratch_size: 0, parallel: true)
                        guard strata_run(&program, nil) else {
                            fatalError("Out of memory for scratch.")
                        }
                    }
                }
            }
        }
    }
}
