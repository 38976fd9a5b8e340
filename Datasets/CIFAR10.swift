import Strata

/// 60,000 photographs of 32×32 pixels in ten classes (Krizhevsky, "Learning Multiple Layers of
/// Features from Tiny Images", 2009).
public struct CIFAR10: PublishedDataset {
    public let train: Examples
    public let test: Examples

    /// - Parameters:
    ///   - train: the training examples.
    ///   - test: the test examples.
    public init(train: Examples, test: Examples) {
        self.train = train
        self.test = test
    }

    // The address is the author's, the checksum that of TensorFlow Datasets.
    public static let publication = Publication(
        "CIFAR-10", identifier: "cifar10", imageShape: [32, 32, 3],
        classNames: [
            "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship",
            "truck",
        ],
        files: [
            RemoteFile(
                "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz", byteCount: 170_052_171,
                sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd")
        ],
        layouts: [
            batches, pickles, CIFARArchive(name: "cifar-10-binary.tar.gz", batches: batches),
            CIFARArchive(name: "cifar-10-python.tar.gz", batches: pickles),
        ], subfolders: ["cifar-10-batches-bin", "cifar-10-batches-py"])

    private static let batches = CIFARBatches(
        .binary(labelCount: 1), train: (1...5).map { "data_batch_\($0).bin" },
        test: ["test_batch.bin"])
    private static let pickles = CIFARBatches(
        .pickle(labels: "labels"), train: (1...5).map { "data_batch_\($0)" }, test: ["test_batch"])
}
