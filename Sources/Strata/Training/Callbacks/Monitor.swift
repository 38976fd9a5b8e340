import Foundation

/// Whether the number that a callback watches is better when lower or higher.
public enum MonitorMode: String, Hashable, Sendable {
    /// As the metric says: losses and errors lower, accuracies higher.
    case automatic = "auto"
    case minimum = "min"
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

    /// Whether a value is better than another by more than ``minDelta``, in single precision as in
    /// Keras; better than none it always is.
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
                "Whether \(name) is better when higher is not known: give mode .minimum or "
                    + ".maximum.")
        }
    }
}

/// Where callbacks write what they have to say: the standard error stream, as the progress does.
func announce(_ text: String) { Runtime.writeStandardError(text + "\n") }

extension Logs {
    /// The names, for messages about one that is missing.
    var available: String { names.sorted().joined(separator: ",") }
}
