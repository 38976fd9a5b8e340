import Strata

/// Adds to the numbers of each epoch the accuracy on the first samples of the training and the test
/// data: quick to have, and the distance between the two shows overfitting.
final class SampledAccuracy: Callback {
    private let parts: [(name: String, data: any SampleSource)]
    private let batchSize: Int

    init(_ data: LoadedData, count: Int, batchSize: Int) {
        parts = [("train_sample_accuracy", data.train), ("test_sample_accuracy", data.test)]
            .compactMap { name, data in
                data.map { (name, $0.samples(0..<min(count, $0.count))) }
            }
        self.batchSize = batchSize
    }

    func onEpochEnd(_ epoch: Int, logs: inout Logs, model: Model) throws {
        for (name, data) in parts {
            let result = try model.evaluate(
                data, batchSize: batchSize, verbose: .silent)
            logs[name] = result["accuracy"]
        }
    }
}
