import CStrata
import Foundation

/// A thread that can be waited for, and that lets threads of computation go first.
final class WorkerThread {
    #if canImport(Darwin)
        private var handle: pthread_t?
    #else
        private var handle = pthread_t()
    #endif

    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a thread that runs `body`; nil if the system allows no more. Signals go to other threads.
    init?(_ body: @escaping @Sendable () -> Void) {
        let body = Unmanaged.passRetained(Body(body))
        var (all, before) = (sigset_t(), sigset_t())
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        let code = pthread_create(
            &handle, nil,
            { argument in
                let pointer: UnsafeMutableRawPointer? = argument
                strata_lower_priority()
                Unmanaged<Body>.fromOpaque(pointer!).takeRetainedValue().run()
                return nil
            }, body.toOpaque())
        guard code == 0 else {
            body.release()
            return nil
        }
    }

    /// Waits until the thread has ended. To be called once.
    func join() {
        #if canImport(Darwin)
            guard let handle else { return }
        #endif
        pthread_join(handle, nil)
    }
}
