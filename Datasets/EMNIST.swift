import Strata

/// Handwritten letters and digits of 28×28 grey pixels in MNIST's form, in six splits (Cohen, Afshar,
/// Tapson and van Schaik, "EMNIST: an extension of MNIST to handwritten letters", 2017).
///
/// ```swift
/// let data = try EMNIST(.letters, directory: "emnist")
/// ```
///
/// NIST publishes them in one archive, which has to be unpacked: `emnist-letters-train-images-idx3-ubyte`
/// and so on, plain or compressed. Their images lie on their sides there; here they stand upright.
public struct EMNIST: Dataset {
    public let classNames: [String]
    public let train: Examples
    public let test: Examples

    /// Which of the images, and which of them count as one class.
    public enum Split: String, CaseIterable, Sendable {
        /// 131,600 images of 47 classes, equally many of each.
        case balanced
        /// 814,255 images of digits, capitals and small letters: 62 classes.
        case byClass = "byclass"
        /// The same, with small letters that look like their capitals counted as these: 47 classes.
        case byMerge = "bymerge"
        /// 280,000 images of the ten digits.
        case digits
        /// 145,600 images of the 26 letters, capitals and small ones together.
        case letters
        /// MNIST's 70,000 images of digits, made again from the same forms.
        case mnist

        /// What the classes are called, in the order of their labels.
        public var classNames: [String] {
            let (digits, capitals) = ("0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
            let names =
                switch self {
                case .digits, .mnist: digits
                case .letters: capitals
                case .byClass: digits + capitals + capitals.lowercased()
                case .balanced, .byMerge: digits + capitals + "abdefghnqrt"
                }
            return names.map(String.init)
        }
    }

    /// The data set in the files of a folder.
    /// - Parameters:
    ///   - split: which of the six.
    ///   - directory: the folder, or the one above the `gzip` of NIST's archive.
    /// - Throws: `StrataError` if files are missing or damaged, or a label is not that of a class.
    public init(_ split: Split, directory: String) throws {
        (train, test) = try Self.publication(split).read(in: directory)
        classNames = split.classNames
    }

    static func publication(_ split: Split) -> Publication {
        Publication(
            "EMNIST (\(split.rawValue))", identifier: "emnist_\(split.rawValue)",
            imageShape: [28, 28, 1], classNames: split.classNames, files: [],
            layouts: [
                IDXFiles(
                    prefix: "emnist-\(split.rawValue)-", parts: ["train", "test"],
                    isTransposed: true, firstLabel: split == .letters ? 1 : 0)
            ], subfolders: ["gzip", "raw", "EMNIST/raw"])
    }
}
