import Foundation

/// Whether lower or higher values of a watched number are better.
public enum MonitorMode: String, Hashable, Sendable {
    /// The metric decides: lower losses and errors, higher accuracies.
    case automatic = "auto"
    /// Lower values are better.
    case minimum = "min"
    /// Higher values are better.
    case maximum = "max"
}

/// The number that a callback watches.
struct Monitor {
    let name: String
    let mode: MonitorMode
    let minDelta: Double

    init(_ name: String, mode: MonitorMode, minDelta: Double = 0) {
        self.name = name
        self.mode = mode
        self.minDelta = Swift.abs(minDelta)
    }

    /// Whether a value is better than another by more than ``minDelta``, in single precision as in Keras.
    /// Any value is better than none.
    func isImprovement(_ value: Double, over reference: Double?, _ model: Model) throws -> Bool {
        let isBetterWhenHigher = try isBetterWhenHigher(model)
        guard let reference else { return true }
        return isBetterWhenHigher
            ? Float(value - minDelta) > Float(reference)
            : Float(value + minDelta) < Float(reference)
    }

    private func isBetterWhenHigher(_ model: Model) throws -> Bool {
        switch mode {
        case .minimum: return false
        case .maximum: return true
        case .automatic:
            let metric = name.hasPrefix("val_") ? String(name.dropFirst(4)) : name
            if let known = model.compilation?.isBetterWhenHigher(metric) { return known }
            throw StrataError(
                "It is not known whether higher values of \(name) are better: pass mode .minimum or "
                    + ".maximum.")
        }
    }
}

/// Prints a message of a callback on the standard error stream, like the progress bar.
func announce(_ text: String) { Runtime.writeStandardError(text + "\n") }

extension Logs {
    /// The names, for messages about a missing one.
    var available: String { names.sorted().joined(separator: ",") }
}
