import Foundation
import Strata
import StrataPlots
import TestSupport
import Testing

@Suite struct PictureTests {
    private func bytes(_ image: Image) -> [UInt8] { image.withPixels { Array($0) } }

    @Test func filtersAreNormalizedOneByOne() throws {
        let input = Input(shape: [6, 6, 1])
        let layer = Conv2D(2, kernelSize: 2, useBias: false)
        _ = layer(input)
        // Filters 0 (0, 1, 2, 4) and 1 (-4, 0, 0, 4), interlaced.
        try layer.setWeights([Tensor(shape: [2, 2, 1, 2], scalars: [0, -4, 1, 0, 2, 0, 4, 4])])
        let filters = try Image.filters(of: layer)
        #expect(filters.map(bytes) == [[0, 64, 128, 255], [0, 128, 128, 255]])
        #expect(filters[0].pixels.shape == [2, 2, 1])
    }

    @Test func filtersOfAnyLayer() throws {
        func shapes(_ layer: any Layer, channels: Int) throws -> [[Int]] {
            _ = layer(Input(shape: [9, 9, channels]))
            return try Image.filters(of: layer).map(\.pixels.shape)
        }
        #expect(
            try shapes(Conv2D(5, kernelSize: 3), channels: 3)
                == Array(repeating: [3, 3, 3], count: 5))
        // Five channels: three by two planes with a line between them.
        #expect(
            try shapes(Conv2D(2, kernelSize: [3, 5]), channels: 5)
                == Array(repeating: [2 * 4 - 1, 3 * 6 - 1, 2], count: 2))
        #expect(
            try shapes(DepthwiseConv2D(kernelSize: 3, depthMultiplier: 2), channels: 4)
                == Array(repeating: [3, 3, 1], count: 8))
        #expect(
            try shapes(Conv2DTranspose(4, kernelSize: 3), channels: 3)
                == Array(repeating: [3, 3, 3], count: 4))
        let error = errorMessage { try shapes(Flatten(), channels: 1) }
        #expect(error.contains("has no filters"))
    }

    @Test func anyNumbersAreAPicture() {
        let values: [Float] = [.nan, .infinity, -3e38, 3e38, 0]
        #expect(bytes(Image(normalizing: values, height: 1, width: 5)) == [0, 0, 0, 255, 128])
        #expect(bytes(Image(normalizing: [7, 7], height: 1, width: 2)) == [128, 128])
    }

    private static func model() -> Model {
        Sequential(inputShape: [8, 8, 1]) {
            Conv2D(3, kernelSize: 3, activation: .relu)
            MaxPool2D(2)
            Conv2D(2, kernelSize: 3, padding: .same)
            Flatten()
            Dense(4)
        }
    }

    /// At the size the model has, the maps are those of a model cut off after the layer; at others,
    /// those of the layers themselves.
    @Test func mapsOfImages() throws {
        let model = Self.model()
        let key = Random.Key(seed: 2, path: "maps")
        func image(_ height: Int, _ width: Int) -> Image {
            Image(
                height: height, width: width, channels: 3,
                pixels: (0..<height * width * 3).map { UInt8(key.uniform($0) * 256) })
        }
        let small = image(8, 8)
        let maps = try model.featureMaps(after: "conv2d_1", of: small)
        let cut = Model(
            inputs: model.inputs, outputs: try model.layer(named: "conv2d_1").output)
        let expected = try cut.predict(small.samples(for: model))
        #expect(maps.shape == [1, 3, 3, 2])
        #expect(zip(maps.scalars, expected.scalars).allSatisfy { abs($0 - $1) < 1e-6 })

        // What is cut off at 0 is there without the activation.
        let cutOff = try model.featureMaps(after: "conv2d", of: small).scalars
        let linear = try model.featureMaps(after: "conv2d", of: small, activated: false).scalars
        #expect(linear.contains { $0 < 0 })
        #expect(zip(cutOff, linear).allSatisfy { abs($0 - max(0, $1)) < 1e-6 })

        let large = try model.featureMaps(after: "conv2d_1", of: image(50, 31))
        #expect(large.shape == [1, 24, 14, 2])
        let pictures = Image.featureMaps(large, count: 16)
        #expect(pictures.map(\.pixels.shape) == [[24, 14, 1], [24, 14, 1]])
        let ranges = Tensor(shape: [1, 2, 1, 2], scalars: [-0.25, 3, 1, 3])
        let part = TileSheet.Part("ranges", featureMaps: ranges, count: 9)
        #expect(part.captions == ["-0.25 … 1", "3 everywhere"])

        for (layer, part) in [
            ("dense", "name a layer before it"), ("flatten", "name a layer before it"),
            ("conv", "no layer conv."),
        ] {
            let error = errorMessage {
                try model.featureMaps(after: layer, of: small)
            }
            #expect(error.contains(part), "\(error)")
        }
        for activated in [true, false] {
            #expect(throws: StrataError.self) {
                try model.featureMaps(after: "dense", of: image(20, 20), activated: activated)
            }
        }
        #expect(throws: StrataError.self) {
            try model.featureMaps(after: "conv2d", of: image(2, 2))
        }
    }

    @Test func tilesStandApart() {
        let tiles = (0..<11).map { index in
            Image(
                height: 5, width: 5, channels: 1, pixels: .init(repeating: UInt8(index), count: 25))
        }
        let names = tiles.indices.map { "tile \($0)" }
        let canvas = TileSheet([.init("before", tiles), .init("after", tiles, captions: names)])
            .canvas()
        let page = Rectangle(x: 0, y: 0, width: canvas.size.width, height: canvas.size.height)
        let frames = canvas.elements.compactMap { element -> Rectangle? in
            switch element {
            case .image(_, let frame): frame
            case .text(let text): canvas.frame(of: text)
            default: nil
            }
        }
        #expect(frames.count == 11 + 11 + 11 + 2)
        for (index, frame) in frames.enumerated() {
            #expect(page.contains(frame))
            for other in frames[..<index] { #expect(!frame.overlaps(other)) }
        }
    }
}
