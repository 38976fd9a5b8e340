import CStrata
import Foundation

/// The process that Strata computes in.
public enum Runtime {
    /// The threads that computation uses, the calling one included: as many as the process may use,
    /// or what the environment's `STRATA_THREADS` says. Results do not depend on it.
    public static var threadCount: Int {
        get { Int(strata_threads()) }
        set { strata_set_threads(Int32(clamping: max(1, newValue))) }
    }

    /// Throws if the environment asks for threads or an instruction set that there are none of, of which
    /// computation takes no notice.
    package static func checkEnvironment() throws {
        let environment = ProcessInfo.processInfo.environment
        if let wanted = environment["STRATA_THREADS"], !wanted.isEmpty, Int(wanted) != threadCount {
            throw StrataError(
                "STRATA_THREADS is a number of threads from 1 to \(STRATA_MAX_THREADS). "
                    + "Received: \(wanted)")
        }
        let sets = (0..<strata_kernels_count()).map {
            String(cString: strata_kernels_at($0).pointee.name)
        }
        if let wanted = environment["STRATA_ISA"], !wanted.isEmpty, !sets.contains(wanted) {
            throw StrataError(
                "STRATA_ISA is one of this processor's instruction sets, "
                    + "\(sets.joined(separator: ", ")). Received: \(wanted)")
        }
    }

    /// The most memory that the process has occupied so far, in bytes; 0 if unknown.
    public static var peakMemory: Int { Int(strata_peak_resident_bytes()) }

    /// Throws if the machine has less memory than is going to be asked for.
    static func checkMemory(_ byteCount: Int, for what: String) throws {
        let available = Int(clamping: ProcessInfo.processInfo.physicalMemory)
        guard byteCount <= available else {
            throw StrataError(
                "\(byteCount >> 20) MiB of memory are needed for \(what), and the machine has"
                    + " \(available >> 20).")
        }
    }

    /// From now on the first Ctrl-C (SIGINT) or SIGTERM only makes ``isInterrupted`` true; a second one
    /// of its kind kills.
    package static func catchInterrupt() { strata_interrupt_install() }

    /// Whether Ctrl-C was pressed, or SIGTERM came, since ``catchInterrupt()``.
    package static var isInterrupted: Bool { strata_interrupted() }

    /// Writes what is not a result, such as progress. Where it cannot be written, because the stream is
    /// closed or a disk is full, the work goes on without it.
    package static func writeStandardError(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }

    /// The width of the terminal that a file descriptor writes to, or nil if it is none.
    package static func terminalColumns(of descriptor: Int32) -> Int? {
        let columns = strata_terminal_columns(descriptor)
        return columns > 0 ? Int(columns) : nil
    }
}
