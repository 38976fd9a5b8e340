import Strata

/// 70,000 pictures of clothes in 28×28 grey pixels (Xiao, Rasul and Vollgraf, "Fashion-MNIST: a
/// Novel Image Dataset for Benchmarking Machine Learning Algorithms", 2017).
public struct FashionMNIST: PublishedDataset {
    public let train: Examples
    public let test: Examples

    /// - Parameters:
    ///   - train: the training examples.
    ///   - test: the test examples.
    public init(train: Examples, test: Examples) {
        self.train = train
        self.test = test
    }

    // The authors' addresses, and the checksums of TensorFlow Datasets.
    public static let publication = Publication(
        "Fashion-MNIST", identifier: "fashion_mnist", imageShape: [28, 28, 1],
        classNames: [
            "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker",
            "Bag", "Ankle boot",
        ],
        files: [
            file(
                "train-images-idx3-ubyte.gz", 26_421_880,
                "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
            file(
                "train-labels-idx1-ubyte.gz", 29_515,
                "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
            file(
                "t10k-images-idx3-ubyte.gz", 4_422_102,
                "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
            file(
                "t10k-labels-idx1-ubyte.gz", 5_148,
                "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
        ],
        layouts: [IDXFiles()], subfolders: ["raw", "FashionMNIST/raw"])

    private static func file(_ name: String, _ byteCount: Int, _ sha256: String) -> RemoteFile {
        RemoteFile(
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/" + name,
            byteCount: byteCount, sha256: sha256)
    }
}
