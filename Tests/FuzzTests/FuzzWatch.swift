import Foundation

/// Watches a long run: if a file ends the process, takes half a minute or more memory than any may,
/// its number is printed first.
struct FuzzWatch {
    /// What readers may take for a file of some kilobytes: 256 MiB for what is compressed, as much
    /// for what is made of it; the rest is for the threads.
    private static let memoryLimit: UInt = 768 << 20

    /// What to print, ready, as nothing can be made of anything then: the name, a colon, the number.
    nonisolated(unsafe) private static let text = UnsafeMutablePointer<UInt8>.allocate(
        capacity: 200)
    nonisolated(unsafe) private static var count = 0

    /// What was to be done at each signal.
    nonisolated(unsafe) private static let actions = UnsafeMutablePointer<sigaction>.allocate(
        capacity: 64)

    /// Prints the text and leaves the rest to whoever was there before: Swift prints where it was.
    private static let report: @convention(c) (Int32) -> Void = { code in
        write(2, FuzzWatch.text, FuzzWatch.count)
        write(2, "\n", 1)
        sigaction(code, FuzzWatch.actions + Int(code), nil)
        raise(code)
    }

    init(_ name: String) {
        let line = Array("\(name): \(String(repeating: "0", count: 12)) ".utf8)
        Self.text.update(from: line, count: line.count)
        Self.count = line.count
        for code in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGALRM] {
            var action = sigaction()
            sigemptyset(&action.sa_mask)
            #if os(Linux)
                action.__sigaction_handler.sa_handler = Self.report
            #else
                action.__sigaction_u.__sa_handler = Self.report
            #endif
            sigaction(code, &action, Self.actions + Int(code))
        }
        #if os(Linux)
            // The first number is that of the pages that have addresses. A sanitizer has terabytes.
            let usage = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
            let pages = usage.split(separator: " ").first.flatMap { UInt($0) } ?? 0
            let size = pages * UInt(sysconf(Int32(_SC_PAGESIZE)))
            guard size < 1 << 40 else { return }
            var limits = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limits)
            limits.rlim_cur = min(size + Self.memoryLimit, limits.rlim_max)
            setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limits)
        #endif
    }

    func begin(_ number: Int) {
        var rest = number
        for place in 2...13 {
            Self.text[Self.count - place] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
        alarm(30)
    }

    func end() { alarm(0) }
}
