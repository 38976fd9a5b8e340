import Foundation
import Strata
import StrataModels
import Testing

/// Networks as real Keras counts and prints them; Fixtures/make_models.py has the same definitions.
@Suite struct KerasComparisonTests {
    private struct Facts: Decodable {
        let name: String
        let layers: Int
        let total: Int
        let trainable: Int
        let summaryCRC32: UInt32

        enum CodingKeys: String, CodingKey {
            case name, layers, total, trainable
            case summaryCRC32 = "summary_crc32"
        }
    }

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures")

    private static let facts = Result {
        try JSONDecoder().decode(
            [String: Facts].self,
            from: Data(contentsOf: folder.appendingPathComponent("models.json")))
    }

    /// keras.applications with other arguments than its defaults, as the fixture calls them.
    private static let applications: [String: @Sendable () -> Model] = [
        "applications_vgg19": { Applications.VGG(19) },
        "applications_resnet101": { Applications.ResNet(101) },
        "applications_resnet152": { Applications.ResNet(152) },
        "applications_densenet169": { Applications.DenseNet(169) },
        "applications_densenet201": { Applications.DenseNet(201) },
        "VGG16(include_top=False, pooling='avg', input_shape=(64, 48, 3))": {
            Applications.VGG(includeTop: false, inputShape: [64, 48, 3], pooling: .average)
        },
        "VGG16(input_shape=(32, 32, 1), classes=7, classifier_activation='sigmoid')": {
            Applications.VGG(inputShape: [32, 32, 1], classes: 7, classifierActivation: .sigmoid)
        },
        "ResNet50(include_top=False, pooling='max', input_shape=(64, 64, 3))": {
            Applications.ResNet(includeTop: false, inputShape: [64, 64, 3], pooling: .maximum)
        },
        "ResNet50(include_top=False, input_shape=(65, 33, 3))": {
            Applications.ResNet(includeTop: false, inputShape: [65, 33, 3])
        },
        "MobileNetV2(alpha=0.35, input_shape=(96, 96, 3), classes=5)": {
            Applications.MobileNetV2(alpha: 0.35, inputShape: [96, 96, 3], classes: 5)
        },
        "MobileNetV2(alpha=1.4, include_top=False, pooling='max', input_shape=(97, 64, 3))": {
            Applications.MobileNetV2(
                alpha: 1.4, includeTop: false, inputShape: [97, 64, 3], pooling: .maximum)
        },
        "DenseNet121(include_top=False, pooling='avg', input_shape=(64, 64, 3))": {
            Applications.DenseNet(includeTop: false, inputShape: [64, 64, 3], pooling: .average)
        },
    ]

    @Test(arguments: Architecture.all.map(\.name) + applications.keys.sorted())
    func isAsInKeras(_ name: String) throws {
        let expected = try #require(try KerasComparisonTests.facts.get()[name])
        let model = try #require(
            Architecture.named(name)?.makeModel() ?? KerasComparisonTests.applications[name]?())
        #expect(model.error == nil)
        #expect(model.name == expected.name)
        #expect(model.layers.count == expected.layers)
        #expect(model.parameterCount == expected.total)
        #expect(model.trainableWeights.reduce(0) { $0 + $1.shape.count } == expected.trainable)
        // Names, classes, shapes, order and connections; `make_models.py NAME` prints them.
        let text = model.summaryText(terminalWidth: 100)
        #expect(crc32(text.trimmingCharacters(in: .newlines)) == expected.summaryCRC32)
    }

    @Test func everyNetworkOfTheFixtureIsBuilt() throws {
        let names = try KerasComparisonTests.facts.get().keys
        let known = Architecture.all.map(\.name) + KerasComparisonTests.applications.keys
        #expect(Set(names) == Set(known))
    }

    /// Printed by Keras 3 on a terminal of 100 columns.
    @Test(
        arguments: ["applications_vgg16", "lenet5", "mini_resnet", "sequential_cifar_cnn", "vgg16"])
    func summariesAreThoseOfKeras(name: String) throws {
        let file = KerasComparisonTests.folder.appendingPathComponent("\(name).txt")
        let expected = try String(contentsOf: file, encoding: .utf8)
        let model = try #require(Architecture.named(name)).makeModel()
        #expect(model.summaryText(terminalWidth: 100) == expected)
    }

    private func crc32(_ text: String) -> UInt32 {
        ~text.utf8.reduce(~0) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { value, _ in
                value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1
            }
        }
    }
}
