import Strata

/// A network that can be built by name, with the settings to train it.
///
/// ```swift
/// let model = Architecture.lenet5.makeModel()
/// ```
///
/// To add one, write a file with its definition and list it in ``all``.
public struct Architecture: Sendable {
    /// The name on the command line: `lenet5`.
    public let name: String
    /// The shape of an image: height, width, channels.
    public let inputShape: Shape
    /// The number of classes.
    public let classCount: Int
    /// The publication it comes from.
    public let source: Source
    /// The default settings for training.
    public let recipe: Recipe
    private let build: @Sendable (Shape, Int) -> Model

    /// The publication of an architecture.
    public struct Source: Sendable {
        /// Authors and title.
        public let text: String
        /// The year of publication.
        public let year: Int

        /// - Parameters:
        ///   - text: authors and title.
        ///   - year: the year of publication.
        public init(_ text: String, _ year: Int) {
            self.text = text
            self.year = year
        }
    }

    /// - Parameters:
    ///   - name: the name on the command line.
    ///   - inputShape: the shape of an image: height, width, channels.
    ///   - classCount: the number of classes.
    ///   - source: the publication it comes from.
    ///   - recipe: the default settings for training.
    ///   - build: makes the model for an input shape and a number of classes.
    public init(
        _ name: String, inputShape: Shape, classCount: Int, source: Source, recipe: Recipe,
        build: @escaping @Sendable (Shape, Int) -> Model
    ) {
        self.name = name
        self.inputShape = inputShape
        self.classCount = classCount
        self.source = source
        self.recipe = recipe
        self.build = build
    }

    /// Makes a new model with its own weights.
    /// - Parameters:
    ///   - inputShape: the shape of an image; that of the architecture by default.
    ///   - classes: the number of classes; that of the architecture by default.
    public func makeModel(inputShape: Shape? = nil, classes: Int? = nil) -> Model {
        build(inputShape ?? self.inputShape, classes ?? classCount)
    }

    /// All architectures, in the order in which the command line lists them.
    public static let all: [Architecture] = [
        [lenet5, lenet5Modern, simpleConvNet, tfConvNet, cifarCNN, sequentialCIFARCNN],
        [alexNetLite, alexNet], vgg, [miniResNet], cifarResNets, resNets,
        [mobileNetV2, denseNet121, unet],
        [applicationsVGG16, applicationsResNet50, applicationsMobileNetV2],
        [applicationsDenseNet121],
    ].flatMap { $0 }

    /// The architecture with a name, or nil if there is none.
    public static func named(_ name: String) -> Architecture? { all.first { $0.name == name } }
}
