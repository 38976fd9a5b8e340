import Foundation

// A model computes in memory of its own, and changes its weights in place: one thread at a time does so.
extension Layer {
    /// Runs `body` while no other thread computes with the layer, or with a model that shares layers
    /// with it. A thread that holds the layer already goes straight on.
    func exclusively<Result>(_ body: () throws -> Result) rethrows -> Result {
        let locks = (self as? Model)?.locks ?? [core.lock ?? looseLayers]
        for lock in locks { lock.lock() }
        defer { for lock in locks.reversed() { lock.unlock() } }
        return try body()
    }
}

/// The lock of layers that are part of no model.
private let looseLayers = NSRecursiveLock()

extension Model {
    /// Gives layers that have none the model's lock, and takes over those of layers that other models
    /// have, too. All threads take them in the same order.
    func shareLocks() {
        let layers = tree
        var shared: [NSRecursiveLock] = []
        for lock in layers.compactMap(\.core.lock) where !shared.contains(where: { $0 === lock }) {
            shared.append(lock)
        }
        let own = shared.first ?? locks[0]
        for layer in layers where layer.core.lock == nil { layer.core.lock = own }
        locks = (shared.isEmpty ? [own] : shared).sorted {
            ObjectIdentifier($0) < ObjectIdentifier($1)
        }
    }

    /// Runs a training of several steps, between which other threads may predict.
    /// - Throws: ``StrataError`` if another thread is training the model.
    func asOnlyTrainer<Result>(_ training: () throws -> Result) throws -> Result {
        let thread = ObjectIdentifier(Thread.current)
        let outer = try exclusively {
            guard trainer == nil || trainer == thread else {
                throw StrataError(
                    "The model is being trained by another thread: call fit from one thread at a time."
                )
            }
            defer { trainer = thread }
            return trainer
        }
        defer { exclusively { trainer = outer } }
        return try training()
    }
}
