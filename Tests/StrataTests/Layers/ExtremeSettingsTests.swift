import Strata
import Testing

/// Settings that no network has: each is an error, none a trap.
struct ExtremeSettingsTests {
    static let layers: [String: @Sendable (Int) -> any Layer] = [
        "AveragePooling2D": { AveragePooling2D(Pair($0)) },
        "AveragePooling2D, strides": { AveragePooling2D(2, strides: Pair($0)) },
        "BatchNormalization": { BatchNormalization(axis: $0) },
        "CenterCrop": { CenterCrop(height: $0, width: $0) },
        "Concatenate": { Concatenate(axis: $0) },
        "Conv2D": { Conv2D($0, kernelSize: 3) },
        "Conv2D, dilation": { Conv2D(2, kernelSize: 3, dilationRate: Pair($0)) },
        "Conv2D, groups": { Conv2D(2, kernelSize: 3, groups: $0) },
        "Conv2D, size": { Conv2D(2, kernelSize: Pair($0), padding: .same) },
        "Conv2D, strides": { Conv2D(2, kernelSize: 3, strides: Pair($0), padding: .same) },
        "Conv2DTranspose": { Conv2DTranspose($0, kernelSize: 3) },
        "Conv2DTranspose, padding": {
            Conv2DTranspose(2, kernelSize: 3, strides: 2, outputPadding: Pair($0))
        },
        "Conv2DTranspose, strides": { Conv2DTranspose(2, kernelSize: 3, strides: Pair($0)) },
        "Cropping2D": { Cropping2D(Border(height: $0, width: $0)) },
        "Dense": { Dense($0) },
        "DepthwiseConv2D": { DepthwiseConv2D(kernelSize: 3, depthMultiplier: $0) },
        "Dropout": { Dropout(0.5, noiseShape: [nil, $0, $0, nil]) },
        "GroupNormalization": { GroupNormalization(groups: $0) },
        "LayerNormalization": { LayerNormalization(axis: Axes($0)) },
        "MaxPool2D": { MaxPool2D(Pair($0)) },
        "PReLU": { PReLU(sharedAxes: [$0]) },
        "Permute": { Permute([$0, 1, 2]) },
        "RandomCrop": { RandomCrop(height: $0, width: $0) },
        "Reshape": { Reshape([$0, $0]) },
        "Resizing": { Resizing(height: $0, width: $0) },
        "Resizing, cropped": { Resizing(height: $0, width: 1, cropToAspectRatio: true) },
        "Resizing, padded": {
            Resizing(height: $0, width: 1, padToAspectRatio: true, fillValue: 1)
        },
        "SeparableConv2D": { SeparableConv2D(2, kernelSize: 3, depthMultiplier: $0) },
        "Softmax": { Softmax(axis: Axes($0)) },
        "UpSampling2D": { UpSampling2D(Pair($0)) },
        "ZeroPadding2D": { ZeroPadding2D(Border(height: $0, width: $0)) },
    ]

    @Test(arguments: layers.keys.sorted()) func arguments(_ name: String) throws {
        let make = try #require(Self.layers[name])
        for number in [Int.min, .min + 1, -(1 << 40), 1 << 40, .max - 1, .max] {
            let layer = make(number)
            let model = Sequential(inputShape: [5, 4, 6]) { layer }
            #expect(model.error?.message.hasPrefix("Layer ") == true, "\(number)")
        }
    }

    /// The frame is more than a tensor has, where image and setting each are possible.
    @Test func aFrameBeyondMeasure() {
        let model = Sequential(inputShape: [1 << 17, 1 << 17, 1]) {
            Resizing(height: 1 << 26, width: 1, padToAspectRatio: true, fillValue: 1)
        }
        let message = model.error?.message ?? "none"
        #expect(message.hasPrefix("Layer "), "\(message)")
    }
}
