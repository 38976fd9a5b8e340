import Foundation
import Strata
import StrataModels
import Testing

@Suite struct ArchitectureTests {
    /// Sizes that are small, but not too small, where the usual one takes long.
    private static func smallShape(_ architecture: Architecture) -> Shape {
        let channels = architecture.inputShape[2]
        return switch architecture.name {
        case "alexnet": [67, 67, channels]
        case "unet": [17, 18, channels]
        case "resnet110", "resnet56", "resnet44": [16, 16, channels]
        default: architecture.inputShape[0] > 64 ? [64, 64, channels] : architecture.inputShape
        }
    }

    @Test(arguments: Architecture.all.map(\.name))
    func trains(name: String) throws {
        let architecture = try #require(Architecture.named(name))
        let shape = ArchitectureTests.smallShape(architecture)
        let model = architecture.makeModel(inputShape: shape, classes: 3)
        #expect(model.error == nil)
        let isSegmentation = name == "unet"
        let outputs: Shape = isSegmentation ? [shape[0], shape[1], 3] : [3]
        #expect(model.inputs.map(\.shape.withoutBatch) == [shape])
        #expect(model.outputs.map(\.shape.withoutBatch) == [outputs])
        var recipe = architecture.recipe
        recipe.learningRate /= 10  // That of the recipe is for batches that do not fit into a test.
        try model.compile(
            optimizer: recipe.makeOptimizer(), loss: recipe.loss, metrics: [.accuracy])
        let x = ArchitectureTests.waves(shape)
        let labels = Shape([4] + outputs.dimensions.dropLast())
        let y = Tensor(
            shape: labels, scalars: (0..<labels.count).map { Float($0 * 4 / labels.count % 3) })
        // With a hundred normalized layers and four images each step is a leap: some take a few more.
        var losses: [Double] = []
        repeat {
            losses.append(try #require(try model.trainOnBatch(x, y)["loss"]))
        } while losses.count < 3 || losses.count < 12 && losses.last! >= losses[0]
        #expect(losses.last! < losses[0], "\(losses)")
    }

    /// Four images that differ as photographs do, not as noise, whose means are all the same: what
    /// normalization makes of that is chance.
    private static func waves(_ shape: Shape) -> Tensor {
        let (height, width, channels) = (shape[0], shape[1], shape[2])
        var scalars: [Float] = []
        for image in 0..<4 {
            for row in 0..<height {
                for column in 0..<width {
                    let (u, v) = (Float(row) / Float(height), Float(column) / Float(width))
                    scalars += (0..<channels).map { channel in
                        let down = u * Float(3 * image + channel + 1)
                        return 0.5 + 0.5 * sin(down + v * Float(5 * image * channel + 2))
                    }
                }
            }
        }
        return Tensor(shape: shape.batched(4), scalars: scalars)
    }

    @Test func namesDiffer() {
        let names = Architecture.all.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(Architecture.named("no such thing") == nil)
    }

    @Test func depthsAreThoseOfTheNames() {
        for architecture in Architecture.all {
            let digits = architecture.name.drop { !$0.isNumber }.prefix { $0.isNumber }
            guard let number = Int(digits), number > 5 else { continue }
            #expect(architecture.makeModel().depth == number, "\(architecture.name)")
        }
        #expect(LeNet5().depth == 5)
        #expect(AlexNet().depth == 8)
        #expect(MobileNetV2().depth == 53)
        #expect(UNet().depth == 23)
    }

    /// Figures that others publish, of convolutions and dense layers alone.
    @Test func multiplyAddsAreThoseOfThePapers() {
        #expect(VGG(16).multiplyAdds == 15_470_264_320)
        #expect(ResNet(50).multiplyAdds == 4_089_184_256)
        #expect(ResNet(18).multiplyAdds == 1_814_073_344)
        #expect(MobileNetV2().multiplyAdds == 300_774_272)
        #expect(Sequential(inputShape: [8]) { Dense(3) }.multiplyAdds == 24)
    }

    @Test func optimizersComeByName() throws {
        #expect(OptimizerKind.names.count == Optimizer.registry.names.count + 1)
        for name in OptimizerKind.names {
            let kind = try #require(OptimizerKind(name))
            #expect(
                kind.make().name.replacing("_", with: "") == (name == "momentum" ? "sgd" : name))
        }
        #expect((OptimizerKind.momentum.make() as? SGD)?.momentum == 0.9)
        #expect(OptimizerKind.sgd.defaultLearningRate == 0.01)
        #expect(OptimizerKind("nonsense") == nil)
    }

    @Test func depthsThatAreNone() {
        func message(_ model: Model) -> String? { model.error?.message }
        #expect(message(VGG(12)) == "The depth of VGG must be one of 11, 13, 16, 19, but got 12")
        #expect(
            message(ResNet(19))
                == "The depth of ResNet must be one of 18, 34, 50, 101, 152, but got 19")
        #expect(
            message(Applications.ResNet(18))
                == "The depth of keras.applications' ResNet must be one of 50, 101, 152, but got 18"
        )
        #expect(
            message(DenseNet(0)) == "The depth of DenseNet must be one of 121, 169, 201, but got 0")
        #expect(
            message(CIFARResNet(21)) == "The depth of a CIFAR ResNet must be 6n + 2, but got 21")
        #expect(message(MobileNetV2(alpha: .nan))?.contains("alpha") == true)
        #expect(message(MobileNetV2(alpha: .infinity))?.contains("alpha") == true)
    }

    /// Whatever the images, a model is made, or says which layer does not fit.
    @Test(arguments: Architecture.all.map(\.name))
    func imagesOfAnySize(name: String) throws {
        let architecture = try #require(Architecture.named(name))
        for shape in [[], [8], [8, 8], [1, 1, 1], [8, 8, 3], [33, 47, 2], [0, 8, 3]] as [Shape] {
            let model = architecture.makeModel(inputShape: shape, classes: 2)
            let message = model.error?.message ?? "Layer"
            #expect(message.hasPrefix(shape.count == 0 ? "An input" : "Layer"), "\(message)")
        }
        let none = architecture.makeModel(classes: 0)
        #expect(none.error?.message.contains("at least 1") == true)
    }

    @Test func tooSmallImagesNameTheLayer() {
        #expect(
            VGG(16, inputShape: [8, 8, 3]).error?.message
                == "Layer max_pooling2d_3 (MaxPooling2D): A window of 2x2 does not fit into an image "
                + "of 1x1 with valid padding.")
        let model = Applications.VGG(16, inputShape: [8, 8, 3])
        #expect(model.error?.message.hasPrefix("Layer block4_pool (MaxPooling2D): ") == true)
    }
}
