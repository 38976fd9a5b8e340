import Strata

// Ronneberger, Fischer and Brox, "U-Net: Convolutional Networks for Biomedical Image Segmentation",
// MICCAI 2015.
//
// Deviations: convolutions are padded, so that the output has the size of the image and nothing is
// cropped (the paper's network takes 572×572 and gives 388×388); no dropout at the bottom; Adam.

/// U-Net, which classifies each pixel (Ronneberger, Fischer and Brox, 2015). The output is
/// `[batch, height, width, classes]`.
///
/// Images of any size from 16×16 are accepted. Where halving drops a row or a column, zeros take its
/// place on the way up.
/// - Parameters:
///   - inputShape: the shape of an image, `[height, width, channels]`; `[256, 256, 1]` by default.
///   - classes: the number of classes; 2 by default.
///   - filters: the number of filters at full resolution, doubled at each of the four levels below; 64
///     by default.
// swift-format-ignore: AlwaysUseLowerCamelCase
public func UNet(
    inputShape: Shape = [256, 256, 1], classes: Int = 2, filters: Int = 64
) -> Model {
    func twice(_ x: Tensor, _ filters: Int) -> Tensor {
        let y = Conv2D(filters, kernelSize: 3, padding: .same, activation: .relu)(x)
        return Conv2D(filters, kernelSize: 3, padding: .same, activation: .relu)(y)
    }
    let input = Input(shape: inputShape)
    var x = input
    var levels: [(Tensor, filters: Int)] = []
    for level in 0..<4 {
        let filters = filters << level
        x = twice(x, filters)
        levels.append((x, filters))
        x = MaxPool2D(2)(x)
    }
    x = twice(x, filters << 4)
    for (same, filters) in levels.reversed() {
        x = Conv2DTranspose(filters, kernelSize: 2, strides: 2)(x)
        if x.error == nil, x.shape != same.shape {
            x = ZeroPadding2D(
                Border(bottom: same.shape[1] - x.shape[1], right: same.shape[2] - x.shape[2]))(x)
        }
        x = Concatenate()([same, x])
        x = twice(x, filters)
    }
    x = Conv2D(classes, kernelSize: 1, activation: .softmax)(x)
    return Model(inputs: input, outputs: x)
}

extension Architecture {
    /// U-Net for two classes of pixels of 256×256×1 images.
    public static let unet = Architecture(
        "unet", inputShape: [256, 256, 1], classCount: 2,
        source: Source(
            "Ronneberger et al., U-Net: Convolutional Networks for Biomedical Image Segmentation",
            2015),
        recipe: Recipe(optimizer: .adam, batchSize: 4)
    ) { UNet(inputShape: $0, classes: $1) }
}
