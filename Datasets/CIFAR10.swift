import Strata

/// 60,000 photographs of 32×32 pixels in ten classes (Krizhevsky, "Learning Multiple Layers of
/// Features from Tiny Images", 2009), from cifar10_{train,test}_{X,y}.npy.
public struct CIFAR10: Dataset {
    public let train: Examples
    public let test: Examples

    public init(directory: String) throws {
        let files = try DatasetFiles(
            directory: directory, prefix: "cifar10", shape: [32, 32, 3],
            classNames: Self.classNames)
        train = files.train
        test = files.test
    }

    public var classNames: [String] { Self.classNames }

    private static let classNames = [
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    ]
}
