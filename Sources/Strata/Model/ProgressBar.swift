import CStrata
import Foundation

/// Shows the progress of `fit` and `evaluate` as Keras does, on the standard error stream: a bar that is
/// redrawn on a terminal, or one line per epoch.
package final class ProgressBar: Callback {
    private let isBar: Bool
    private let write: (String) -> Void
    private let clock: () -> Double

    private var epochs = 1
    private var epoch = 0
    /// The steps of an epoch, if they are known.
    private var steps: Int?
    private var isTraining = false
    private var begin = 0.0
    private var firstStepEnd = 0.0
    private var lastDraw = 0.0
    private var drawnLength = 0
    /// The time and number of steps of the training part of an epoch, for its last line.
    private var last = Logs([], [])

    /// - Parameters:
    ///   - isBar: whether to redraw a bar, rather than print one line per epoch.
    ///   - write: writes text.
    ///   - clock: the time in seconds.
    package init(
        isBar: Bool, write: @escaping (String) -> Void = Runtime.writeStandardError,
        clock: @escaping () -> Double = { ProcessInfo.processInfo.systemUptime }
    ) {
        self.isBar = isBar
        self.write = write
        self.clock = clock
    }

    package func onTrainBegin(_ run: RunDescription, model: Model) {
        epochs = run.epochs
        steps = run.steps
        isTraining = true
    }

    package func onTrainEnd(_ logs: Logs, model: Model) { isTraining = false }

    package func onEpochBegin(_ epoch: Int, model: Model) {
        self.epoch = epoch
        if epochs > 1 { write("Epoch \(epoch + 1)/\(epochs)\n") }
        start()
    }

    package func onTrainBatchEnd(_ batch: Int, logs: Logs, model: Model) {
        advance(batch + 1, logs)
    }

    package func onEpochEnd(_ epoch: Int, logs: inout Logs, model: Model) { finish(logs) }

    package func onTestBegin(_ run: RunDescription, model: Model) {
        guard !run.isValidation else { return }
        steps = run.steps
        start()
    }

    package func onTestBatchEnd(_ batch: Int, logs: Logs, model: Model) {
        if !isTraining { advance(batch + 1, logs) }
    }

    package func onTestEnd(_ logs: Logs, model: Model) {
        if !isTraining { finish(logs) }
    }

    // MARK: - Drawing

    private func start() {
        begin = clock()
        firstStepEnd = begin
        lastDraw = -.infinity
        drawnLength = 0
    }

    private func advance(_ done: Int, _ logs: Logs) {
        let now = clock()
        if done == 1 { firstStepEnd = now }
        last = logs
        completed = done
        guard isBar, now - lastDraw >= 0.05 else { return }
        lastDraw = now
        let time = steps.map { stepTime(now) * Double($0 - done) } ?? now - begin
        draw(done, ProgressBar.duration(time) + " " + ProgressBar.perStep(stepTime(now)), logs)
    }

    private var completed = 0

    private func finish(_ logs: Logs) {
        let now = clock()
        let elapsed = String(format: "%.0fs", now - begin)
        let rate = ProgressBar.perStep(stepTime(now))
        if isBar {
            draw(completed, elapsed + " " + rate, logs)
            write("\n")
        } else {
            let numbers = logs.sorted.map { " - \($0.name): \(ProgressBar.lineNumber($0.value))" }
            write("\(completed)/\(stepsText) - \(elapsed) - \(rate)\(numbers.joined())\n")
        }
    }

    /// The mean time of a step. A bar leaves out the first, which also compiles, as in Keras.
    private func stepTime(_ now: Double) -> Double {
        isBar && completed > 1
            ? (now - firstStepEnd) / Double(completed - 1)
            : (now - begin) / Double(max(1, completed))
    }

    /// As Keras says it.
    private var stepsText: String { steps.map(String.init) ?? "Unknown" }

    private func draw(_ done: Int, _ times: String, _ logs: Logs) {
        let cells = steps == nil ? 0 : 20
        let filled = steps.map { $0 > 0 ? cells * done / $0 : cells } ?? 0
        let missing = stepsText.count - String(done).count
        let count = String(repeating: " ", count: max(0, missing)) + "\(done)/\(stepsText)"
        let bar =
            "\u{1B}[32m" + String(repeating: "━", count: filled) + "\u{1B}[37m"
            + String(repeating: "━", count: cells - filled) + "\u{1B}[0m"
        let numbers = logs.sorted.map { " - \($0.name): \(ProgressBar.barNumber($0.value))" }
        let tail = " " + times + numbers.joined()
        let length = count.count + 1 + cells + tail.count
        let padding = String(repeating: " ", count: max(0, drawnLength - length))
        drawnLength = length
        write("\r\u{1B}[1m\(count)\u{1B}[0m \(bar)\(tail)\(padding)")
    }

    // MARK: - Keras's formats

    /// `12s`, `1:05` or `1:02:03`.
    package static func duration(_ seconds: Double) -> String {
        let whole = Int(max(0, seconds))
        let (minutes, rest) = (whole / 60, whole % 60)
        if seconds > 3600 {
            return String(format: "%d:%02d:%02d", minutes / 60, minutes % 60, rest)
        }
        if seconds > 60 { return String(format: "%d:%02d", minutes, rest) }
        return "\(whole)s"
    }

    static func perStep(_ seconds: Double) -> String {
        if seconds >= 1 || seconds == 0 { return String(format: "%.0fs/step", seconds) }
        if seconds >= 1e-3 { return String(format: "%.0fms/step", seconds * 1e3) }
        return String(format: "%.0fus/step", seconds * 1e6)
    }

    package static func barNumber(_ value: Double) -> String {
        // Without the sign.
        value.isNaN ? "nan" : String(format: Swift.abs(value) > 1e-3 ? "%.4f" : "%.4e", value)
    }

    /// As on a bar, but negative numbers always have an exponent, as in Keras.
    static func lineNumber(_ value: Double) -> String {
        value.isNaN ? "nan" : String(format: value > 1e-3 ? "%.4f" : "%.4e", value)
    }
}

enum Progress {
    /// The callback for a verbosity; nil if it prints nothing.
    /// - Throws: ``StrataError`` for a number that means nothing.
    static func callback(_ verbosity: Verbosity) throws -> (any Callback)? {
        switch verbosity {
        case .silent: nil
        case .bar: ProgressBar(isBar: true)
        case .lines: ProgressBar(isBar: false)
        case .automatic: ProgressBar(isBar: strata_terminal_columns(2) > 0)
        case .unknown(let number):
            throw StrataError("verbose must be 0, 1 or 2, but got \(number)")
        }
    }

    /// Warns once that a debug build is some twenty times slower.
    static func warnOnceIfSlow(_ verbosity: Verbosity) {
        if verbosity != .silent { _ = warning }
    }

    private static let warning: Void = {
        guard !strata_is_optimized() else { return }
        Runtime.writeStandardError(
            "Strata was built without optimization and is some twenty times slower than it could be; "
                + "build with `-c release`.\n")
    }()
}
