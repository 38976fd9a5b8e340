import Strata

/// 70,000 handwritten digits in 28×28 grey pixels (LeCun, Cortes and Burges, 1998).
public struct MNIST: PublishedDataset {
    public let train: Examples
    public let test: Examples

    /// - Parameters:
    ///   - train: the training examples.
    ///   - test: the test examples.
    public init(train: Examples, test: Examples) {
        self.train = train
        self.test = test
    }

    // Addresses and checksums as in TensorFlow Datasets; LeCun's own server has closed.
    public static let publication = Publication(
        "MNIST", identifier: "mnist", imageShape: [28, 28, 1],
        classNames: (0...9).map(String.init),
        files: [
            file(
                "train-images-idx3-ubyte.gz", 9_912_422,
                "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
            file(
                "train-labels-idx1-ubyte.gz", 28_881,
                "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
            file(
                "t10k-images-idx3-ubyte.gz", 1_648_877,
                "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
            file(
                "t10k-labels-idx1-ubyte.gz", 4_542,
                "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
        ],
        layouts: [IDXFiles()], subfolders: ["raw", "MNIST/raw"])

    private static func file(_ name: String, _ byteCount: Int, _ sha256: String) -> RemoteFile {
        RemoteFile(
            "https://storage.googleapis.com/cvdf-datasets/mnist/" + name, byteCount: byteCount,
            sha256: sha256)
    }
}
