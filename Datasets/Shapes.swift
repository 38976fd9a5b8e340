import Strata

/// Generated colour images of 32×32 pixels: shapes of ten classes at random positions, sizes and angles over a
/// cluttered background. A linear model hardly learns anything from them; a small convolutional network
/// learns them in seconds.
///
/// Every machine draws the same images. Each comes from its own random numbers, by arithmetic that IEEE 754
/// defines exactly (so there are no sines; directions are drawn as points on a circle).
public struct Shapes: Dataset {
    public let train: Examples
    public let test: Examples
    public let classNames: [String]

    /// - Parameters:
    ///   - trainCount: the number of training images, at least 1; 10,000 by default.
    ///   - testCount: the number of test images, at least 1; 2,000 by default.
    ///   - seed: the seed. Other seeds give other images.
    public init(trainCount: Int = 10_000, testCount: Int = 2_000, seed: UInt64 = 0) {
        self.init(trainCount, testCount, seed, masks: false)
    }

    /// The same images with a class for each pixel, `[N, 32, 32]`, for segmentation: 0 is the background, 1
    /// the first shape.
    /// - Parameters:
    ///   - trainCount: the number of training images, at least 1; 10,000 by default.
    ///   - testCount: the number of test images, at least 1; 2,000 by default.
    ///   - seed: the seed. Other seeds give other images.
    public static func masks(
        trainCount: Int = 10_000, testCount: Int = 2_000, seed: UInt64 = 0
    ) -> Shapes {
        Shapes(trainCount, testCount, seed, masks: true)
    }

    private init(_ trainCount: Int, _ testCount: Int, _ seed: UInt64, masks: Bool) {
        train = Self.draw(trainCount, stream: seed &* 2, masks: masks)
        test = Self.draw(testCount, stream: seed &* 2 &+ 1, masks: masks)
        classNames = (masks ? ["background"] : []) + Outline.allCases.map(\.rawValue)
    }

    private static func draw(_ count: Int, stream: UInt64, masks: Bool) -> Examples {
        let outlines = Outline.allCases
        let pixels = Scene.size * Scene.size
        func scene(_ index: Int) -> (Scene, SplitMix64) {
            var random = SplitMix64(stream: stream, index: UInt64(index))
            return (Scene(outlines[index % outlines.count], &random), random)
        }
        let x = ArrayData(shape: [count, Scene.size, Scene.size, 3], dtype: .uint8) { bytes in
            for index in 0..<count {
                var (scene, random) = scene(index)
                scene.draw(into: row(index, of: pixels * 3, in: bytes), &random)
            }
        }
        let y =
            masks
            ? ArrayData(shape: [count, Scene.size, Scene.size], dtype: .uint8) { bytes in
                for index in 0..<count {
                    let label = UInt8(1 + index % outlines.count)
                    scene(index).0.drawMask(into: row(index, of: pixels, in: bytes), label: label)
                }
            }
            : ArrayData(shape: [count, 1], (0..<count).map { UInt8($0 % outlines.count) })
        do {
            return try Examples(x: x, y: y)
        } catch {
            preconditionFailure("\(error)")  // counts below 1
        }
    }

    private static func row(
        _ index: Int, of byteCount: Int, in bytes: UnsafeMutableRawBufferPointer
    ) -> UnsafeMutableRawBufferPointer {
        .init(rebasing: bytes[index * byteCount..<(index + 1) * byteCount])
    }
}
