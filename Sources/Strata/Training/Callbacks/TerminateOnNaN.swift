/// Stops training when the loss is no longer a finite number.
public final class TerminateOnNaN: Callback {
    private let throwsError: Bool
    package var announce: (String) -> Void = Strata.announce

    /// - Parameter throwsError: whether `fit` throws an error, rather than returning after the callbacks of
    ///   the epoch; false by default.
    public init(throwsError: Bool = false) { self.throwsError = throwsError }

    public func onTrainBatchEnd(_ batch: Int, logs: Logs, model: Model) throws {
        guard let loss = logs["loss"], !loss.isFinite else { return }
        if throwsError {
            throw StrataError(
                "NaN or Inf loss encountered at batch \(batch). Loss value: \(loss). "
                    + "Terminating training immediately.")
        }
        announce("Batch \(batch): Invalid loss, terminating training")
        model.stopTraining = true
    }
}
