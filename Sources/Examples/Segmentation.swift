import Foundation
import Strata
import StrataDatasets
import StrataModels
import StrataPlots

/// Trains U-Net to segment drawn shapes: each pixel is background or part of a shape. Prints the mean
/// intersection over union (IoU), and draws the predictions for new images.
func segmentShapes(picture: String, epochs: Int, imageCount: Int) throws {
    try Canvas.check(picture)
    let data = Shapes.masks(trainCount: imageCount, testCount: imageCount / 5)
    let classes = data.classNames.count
    let model = UNet(inputShape: [32, 32, 3], classes: classes, filters: 8)
    try model.compile(
        optimizer: Adam(), loss: .sparseCategoricalCrossentropy,
        metrics: [.meanIoU(numClasses: classes)])
    let printing = LambdaCallback(onEpochEnd: { epoch, logs, _ in
        let (old, new) = (logs["mean_io_u"]!, logs["val_mean_io_u"]!)
        print(String(format: "epoch %d: mean IoU %.3f, of new images %.3f", epoch + 1, old, new))
    })
    try model.fit(
        data.train, batchSize: 32, epochs: epochs, verbose: 0,
        callbacks: [printing], validationData: data.test)

    let shown = data.test.rows(Array(0..<min(10, data.test.count)))
    let found = cast(argmax(try model.predict(shown)))
    let images = try (0..<shown.count).map {
        try Image(shown.x.rows([$0]).reshaped(to: [32, 32, 3]))
    }
    let sheet = TileSheet(
        [
            .init("image", images), .init("truth", masks(shown.y.floats())),
            .init("prediction", masks(found.scalars)),
        ], columns: 1)
    try sheet.canvas(least: 96).write(to: picture, title: "Shapes found by U-Net")
}

/// Draws the classes of pixels as 32×32 pictures, with a colour for each class.
private func masks(_ classes: [Float]) -> [Image] {
    let colors: [[UInt8]] = [
        [30, 30, 30], [230, 60, 60], [60, 170, 80], [70, 110, 230], [240, 200, 50], [150, 80, 200],
        [70, 200, 210], [240, 140, 40], [220, 110, 190], [170, 120, 80], [240, 240, 240],
    ]
    return stride(from: 0, to: classes.count, by: 32 * 32).map { start in
        let pixels = classes[start..<start + 32 * 32].flatMap { colors[Int($0)] }
        return Image(height: 32, width: 32, channels: 3, pixels: pixels)
    }
}
