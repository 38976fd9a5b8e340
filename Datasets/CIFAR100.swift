import Strata

/// 60,000 photographs of 32×32 pixels in a hundred classes, five to a superclass (Krizhevsky,
/// "Learning Multiple Layers of Features from Tiny Images", 2009).
public struct CIFAR100: PublishedDataset {
    public let train: Examples
    public let test: Examples

    /// - Parameters:
    ///   - train: the training examples.
    ///   - test: the test examples.
    public init(train: Examples, test: Examples) {
        self.train = train
        self.test = test
    }

    /// The same images labelled by their superclasses, in the order of ``superclasses``.
    /// - Throws: `StrataError` if a label is not one of the hundred.
    public func labelledBySuperclass() throws -> (train: Examples, test: Examples) {
        let owners = Self.superclasses.enumerated().flatMap { index, superclass in
            superclass.classes.map { ($0, UInt8(index)) }
        }
        let indices = Dictionary(uniqueKeysWithValues: owners)
        let table = classNames.map { indices[$0]! }
        func relabelled(_ examples: Examples) throws -> Examples {
            try examples.checkLabels(classCount: table.count)
            let labels = examples.y.floats().map { table[Int($0)] }
            return try Examples(
                x: examples.x, y: ArrayData(shape: examples.y.shape, labels), scale: examples.scale)
        }
        return (try relabelled(train), try relabelled(test))
    }

    // The address is the author's, the checksum that of TensorFlow Datasets.
    public static let publication = Publication(
        "CIFAR-100", identifier: "cifar100", imageShape: [32, 32, 3],
        classNames: superclasses.flatMap(\.classes).sorted(),
        files: [
            RemoteFile(
                "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz", byteCount: 168_513_733,
                sha256: "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec")
        ],
        layouts: [
            batches, pickles, CIFARArchive(name: "cifar-100-binary.tar.gz", batches: batches),
            CIFARArchive(name: "cifar-100-python.tar.gz", batches: pickles),
        ], subfolders: ["cifar-100-binary", "cifar-100-python"])

    private static let batches = CIFARBatches(
        .binary(labelCount: 2), train: ["train.bin"], test: ["test.bin"])
    private static let pickles = CIFARBatches(
        .pickle(labels: "fine_labels"), train: ["train"], test: ["test"])

    /// The superclasses in the order of their labels; the classes' own labels are alphabetical.
    public static let superclasses: [(name: String, classes: [String])] = [
        ("aquatic_mammals", ["beaver", "dolphin", "otter", "seal", "whale"]),
        ("fish", ["aquarium_fish", "flatfish", "ray", "shark", "trout"]),
        ("flowers", ["orchid", "poppy", "rose", "sunflower", "tulip"]),
        ("food_containers", ["bottle", "bowl", "can", "cup", "plate"]),
        ("fruit_and_vegetables", ["apple", "mushroom", "orange", "pear", "sweet_pepper"]),
        ("household_electrical_devices", ["clock", "keyboard", "lamp", "telephone", "television"]),
        ("household_furniture", ["bed", "chair", "couch", "table", "wardrobe"]),
        ("insects", ["bee", "beetle", "butterfly", "caterpillar", "cockroach"]),
        ("large_carnivores", ["bear", "leopard", "lion", "tiger", "wolf"]),
        ("large_man-made_outdoor_things", ["bridge", "castle", "house", "road", "skyscraper"]),
        ("large_natural_outdoor_scenes", ["cloud", "forest", "mountain", "plain", "sea"]),
        (
            "large_omnivores_and_herbivores",
            ["camel", "cattle", "chimpanzee", "elephant", "kangaroo"]
        ),
        ("medium_mammals", ["fox", "porcupine", "possum", "raccoon", "skunk"]),
        ("non-insect_invertebrates", ["crab", "lobster", "snail", "spider", "worm"]),
        ("people", ["baby", "boy", "girl", "man", "woman"]),
        ("reptiles", ["crocodile", "dinosaur", "lizard", "snake", "turtle"]),
        ("small_mammals", ["hamster", "mouse", "rabbit", "shrew", "squirrel"]),
        ("trees", ["maple_tree", "oak_tree", "palm_tree", "pine_tree", "willow_tree"]),
        ("vehicles_1", ["bicycle", "bus", "motorcycle", "pickup_truck", "train"]),
        ("vehicles_2", ["lawn_mower", "rocket", "streetcar", "tank", "tractor"]),
    ]
}
