import Strata
import Testing

@Suite struct MetricTests {
    static let metrics: [String: Metric] = [
        "binary_accuracy": .binaryAccuracy,
        "binary_accuracy 0.3": .binaryAccuracy(threshold: 0.3),
        "categorical_accuracy": .categoricalAccuracy,
        "sparse_categorical_accuracy": .sparseCategoricalAccuracy,
        "top_k_categorical_accuracy": .topKCategoricalAccuracy,
        "top_k_categorical_accuracy 2": .topKCategoricalAccuracy(k: 2),
        "sparse_top_k_categorical_accuracy": .sparseTopKCategoricalAccuracy,
        "sparse_top_k_categorical_accuracy 2": .sparseTopKCategoricalAccuracy(k: 2),
        "precision": .precision,
        "precision 0.3": .precision(threshold: 0.3),
        "precision class": .precision(classID: 2),
        "recall": .recall,
        "recall 0.3": .recall(threshold: 0.3),
        "recall class": .recall(classID: 2),
        "true_positives": .truePositives(),
        "true_negatives": .trueNegatives(),
        "false_positives 0.3": .falsePositives(threshold: 0.3),
        "false_negatives 0.3": .falseNegatives(threshold: 0.3),
        "f1_score": .f1Score,
        "f1_score micro": .f1Score(average: .micro),
        "f1_score weighted": .f1Score(average: .weighted),
        "f1_score 0.5": .f1Score(threshold: 0.5),
        "auc": .auc,
        "auc PR": .auc(.pr),
        "auc 5": .auc(numThresholds: 5),
        "mean_io_u": .meanIoU(numClasses: 4),
        "mean_squared_error": .meanSquaredError,
        "mean_absolute_error": .meanAbsoluteError,
        "root_mean_squared_error": .rootMeanSquaredError,
        "r2_score": .r2Score,
        "mean_absolute_percentage_error": .meanAbsolutePercentageError,
        "cosine_similarity": .cosineSimilarity,
    ]

    /// Sums of two batches, of 5 and 7 samples, through `evaluate`.
    @Test(arguments: try TrainingFixture.read.get().metrics)
    func followsKeras(_ expected: TrainingFixture.Case) throws {
        let fixture = try TrainingFixture.read.get()
        let metric = try #require(Self.metrics[expected.name])
        let (target, prediction) = fixture.data[expected.data]!.tensors
        let model = Sequential(inputShape: prediction.shape.withoutBatch) { Activation(.linear) }
        // A loss that takes the targets: class numbers or rows.
        let isSparse = ["labels", "pixels"].contains(expected.data)
        try model.compile(
            loss: isSparse ? .sparseCategoricalCrossentropy : .meanSquaredError,
            metrics: [metric], weightedMetrics: [metric.named("weighted")])
        let logs = try model.evaluate(
            prediction, target, batchSize: 5, verbose: 0, sampleWeight: fixture.weights)
        let what = "\(expected.name) of \(expected.data)"
        func check(_ value: Double, _ expected: Double, _ what: String) {
            expectClose([value], [expected], relative: 3e-6, absolute: 1e-7, what)
        }
        check(logs[metric.name]!, expected.plain, what)
        check(try metric(target, prediction), expected.plain, what + ", at once")
        if let weighted = expected.weighted {
            check(logs["weighted"]!, weighted, what + ", weighted")
        }
        #expect(expected.name.hasPrefix(metric.name))
    }

    @Test func confusion() throws {
        let fixture = try TrainingFixture.read.get()
        let (target, prediction) = fixture.data["pixels"]!.tensors
        let matrix = confusionMatrix(target, argmax(prediction), classes: 4)
        #expect(matrix.shape == [4, 4])
        #expect(matrix.scalars == fixture.confusion)
    }

    @Test func accuracyChooses() throws {
        let classes = Tensor(shape: [2, 3], scalars: [0.1, 0.7, 0.2, 0.5, 0.3, 0.2])
        #expect(try Metric.accuracy(Tensor([1, 1]), classes) == 0.5)
        #expect(try Metric.accuracy(Tensor(shape: [2, 1], scalars: [1, 0]), classes) == 1)
        #expect(try Metric.accuracy(oneHot(Tensor([2, 0]), classes: 3), classes) == 0.5)
        let chances = Tensor(shape: [2, 1], scalars: [0.5, 0.6])
        #expect(try Metric.accuracy(Tensor([0, 1]), chances) == 1)
    }

    @Test func predictionsThatAreNoNumbersAreWrong() throws {
        let rows = Tensor(shape: [2, 3], scalars: [.nan, 0.7, 0.2, 0.5, 0.3, 0.2])
        #expect(try Metric.sparseTopKCategoricalAccuracy(k: 3)(Tensor([1, 1]), rows) == 0.5)
    }

    @Test func nothingIsRightOfNothing() throws {
        let none = Tensor(shape: [2, 1], scalars: [0, 0])
        #expect(try Metric.precision(none, none) == 0)
        #expect(try Metric.recall(none, none) == 0)
        #expect(try Metric.auc(none, none) == 0)
        #expect(try Metric.f1Score(none, none) == 0)
        #expect(try Metric.accuracy(none, none, weights: Tensor([0, 0])) == 0)
    }
}
