import Strata

/// A network that can be built by name, with what it takes to train it.
///
/// ```swift
/// let model = Architecture.lenet5.makeModel()
/// ```
///
/// A new one is a file with its definition, and its name in ``all``.
public struct Architecture: Sendable {
    /// What the command line calls it: `lenet5`.
    public let name: String
    /// Height, width and channels of the images.
    public let inputShape: Shape
    /// How many classes the images have.
    public let classCount: Int
    /// Where it is from.
    public let source: Source
    /// How it is trained unless one says otherwise.
    public let recipe: Recipe
    private let build: @Sendable (Shape, Int) -> Model

    /// The publication that an architecture is from.
    public struct Source: Sendable {
        /// Authors and title.
        public let text: String
        public let year: Int

        public init(_ text: String, _ year: Int) {
            self.text = text
            self.year = year
        }
    }

    /// - Parameter build: makes the model for an input shape and a number of classes.
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

    /// A new model, with weights of its own, for the architecture's images and classes or others.
    public func makeModel(inputShape: Shape? = nil, classes: Int? = nil) -> Model {
        build(inputShape ?? self.inputShape, classes ?? classCount)
    }

    /// Those that the command line lists, in its order.
    public static let all: [Architecture] =
        [lenet5, lenet5Modern, simpleConvNet, tfConvNet, cifarCNN, sequentialCIFARCNN]
        + [alexNetLite, alexNet] + vgg + [miniResNet] + cifarResNets + resNets
        + [mobileNetV2, denseNet121, unet]
        + [
            applicationsVGG16, applicationsResNet50, applicationsMobileNetV2,
            applicationsDenseNet121,
        ]

    /// The architecture of a name, or nil.
    public static func named(_ name: String) -> Architecture? { all.first { $0.name == name } }
}
