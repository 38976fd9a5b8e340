import Strata
import Testing

struct PreprocessingLayerTests {
    /// Images whose numbers are all different.
    let images = Tensor(
        shape: [64, 6, 5, 2], scalars: (0..<64 * 60).map { Float($0 * 7919 % 4093) / 16 })

    /// What TensorFlow's ImageProjectiveTransformV3 makes of 1, 2, 4, 8, 16 with the fill mode WRAP.
    @Test(
        arguments: [
            (-0.25, [16, 1.75, 3.5, 7, 14], [16, 2, 4, 8, 16]),
            (-1.5, [12, 16, 1.5, 3, 6], [16, 16, 2, 4, 8]),
            (-7.25, [7, 14, 16, 16, 3.5], [8, 16, 16, 16, 4]),
            (0.75, [1.75, 3.5, 7, 14, 1], [2, 4, 8, 16, 1]),
            (2.25, [5, 10, 1, 1.25, 2.5], [4, 8, 1, 1, 2]),
            (6.5, [3, 6, 1, 1, 1.5], [4, 8, 1, 1, 2]), (11, [2, 1, 1, 1, 1], [2, 1, 1, 1, 1]),
        ] as [(Float, [Float], [Float])])
    func wrapping(_ shift: Float, _ bilinear: [Float], _ nearest: [Float]) {
        let x = Tensor(shape: [1, 1, 5, 1], scalars: [1, 2, 4, 8, 16])
        for (interpolation, expected) in [
            (Interpolation.bilinear, bilinear), (.nearest, nearest),
        ] {
            let y = resample2D(
                x, size: [1, 5], rows: (Tensor(0), Tensor(1)), columns: (Tensor(shift), Tensor(1)),
                interpolation: interpolation, border: .wrap)
            #expect(y.scalars == expected)
        }
    }

    @Test func rescaling() throws {
        try checkLayer([[3, 2]], output: [3, 2]) { Rescaling(1 / 255, offset: -0.5) }
        try checkLayer([[3, 2]], output: [3, 2]) { Rescaling([2, 3], offset: [1]) }
        #expect(Rescaling([1, 2, 3])(Tensor.ones([2, 2])).error != nil)
        #expect(Rescaling(2)(Tensor(3)).scalars == [6])
    }

    @Test(arguments: [RandomFlip.Mode.horizontal, .vertical, .horizontalAndVertical])
    func randomFlip(_ mode: RandomFlip.Mode) throws {
        try checkLayer([[3, 4, 2]], output: [3, 4, 2]) { RandomFlip(mode) }
        let y = inTraining(RandomFlip(mode), images)
        var counts: [String: Int] = [:]
        for image in 0..<64 {
            counts[match(image, y, size: (6, 5)) { $0 == $1 }, default: 0] += 1
        }
        let expected: Set<String> =
            switch mode {
            case .horizontal: ["", "h"]
            case .vertical: ["", "v"]
            case .horizontalAndVertical: ["", "h", "v", "vh"]
            }
        #expect(Set(counts.keys) == expected)
        #expect(counts.values.allSatisfy { $0 >= 64 / expected.count / 3 }, "\(counts)")
    }

    /// Which mirroring of an image its result is.
    private func match(
        _ image: Int, _ y: Tensor, size: (Int, Int), _ equal: (Float, Float) -> Bool
    ) -> String {
        let (x, y) = (images.scalars, y.scalars)
        for (name, vertical, horizontal) in [
            ("", false, false), ("h", false, true), ("v", true, false), ("vh", true, true),
        ] {
            let isMatch = (0..<60).allSatisfy { place in
                let (row, column, channel) = (place / 10, place / 2 % 5, place % 2)
                let from = ((vertical ? 5 - row : row) * 5 + (horizontal ? 4 - column : column)) * 2
                return equal(y[image * 60 + place], x[image * 60 + from + channel])
            }
            if isMatch { return name }
        }
        return "neither"
    }

    @Test func randomTranslation() throws {
        try checkLayer([[3, 4, 2]], output: [3, 4, 2]) {
            RandomTranslation(heightFactor: 0.3, widthFactor: 0.2)
        }
        try checkLayer([[3, 4, 1]], output: [3, 4, 1]) {
            RandomTranslation(
                heightFactor: 0...0.4, widthFactor: -0.2...0.1, fillMode: .constant(2),
                interpolation: .nearest)
        }
        // Whole pixels: each image is itself, shifted by at most two rows and one column.
        let layer = RandomTranslation(
            heightFactor: 2 / 6, widthFactor: 1 / 5, fillMode: .constant(-1),
            interpolation: .nearest)
        let (x, y) = (images.scalars, inTraining(layer, images).scalars)
        var shifts = Set<[Int]>()
        for image in 0..<64 {
            let found = (-2...2).flatMap { down in (-1...1).map { [down, $0] } }.filter { shift in
                (0..<60).allSatisfy { place in
                    let row = place / 10 - shift[0]
                    let column = place / 2 % 5 - shift[1]
                    let isInside = (0..<6).contains(row) && (0..<5).contains(column)
                    let wanted =
                        isInside ? x[image * 60 + (row * 5 + column) * 2 + place % 2] : -1
                    return y[image * 60 + place] == wanted
                }
            }
            #expect(found.count == 1)
            if let shift = found.first { shifts.insert(shift) }
        }
        #expect(shifts.count > 10)
    }

    @Test func randomCrop() throws {
        try checkLayer([[5, 4, 2]], output: [3, 2, 2]) { RandomCrop(height: 3, width: 2) }
        try checkLayer([[3, 3, 1]], output: [4, 2, 1]) { RandomCrop(height: 4, width: 2) }
        let (x, y) = (images.scalars, inTraining(RandomCrop(height: 4, width: 4), images).scalars)
        var places = Set<[Int]>()
        for image in 0..<64 {
            let found = (0...2).flatMap { top in (0...1).map { [top, $0] } }.filter { start in
                (0..<32).allSatisfy { place in
                    let row = place / 8 + start[0]
                    let column = place / 2 % 4 + start[1]
                    return y[image * 32 + place]
                        == x[image * 60 + (row * 5 + column) * 2 + place % 2]
                }
            }
            #expect(found.count == 1)
            places.insert(found.first ?? [])
        }
        #expect(places.count == 6)
    }

    @Test func randomContrast() throws {
        try checkLayer([[3, 4, 2]], output: [3, 4, 2]) {
            RandomContrast(lower: 0.2, upper: 0.4, valueRange: -1...1)
        }
        let y = inTraining(RandomContrast(0.5, valueRange: -1000...1000), images)
        let (before, after) = (spread(images), spread(y))
        let factors = zip(before, after).map { ($1 / $0).squareRoot() }
        #expect(factors.allSatisfy { (0.499...1.501).contains($0) })
        #expect(factors.max()! - factors.min()! > 0.7)
    }

    private func spread(_ x: Tensor) -> [Float] {
        square(x - x.mean(axes: [1, 2], keepDims: true)).sum(axes: [1, 2, 3]).scalars
    }

    @Test func resizing() throws {
        try checkLayer([[5, 4, 2]], output: [3, 7, 2]) { Resizing(height: 3, width: 7) }
        try checkLayer([[5, 4, 1]], output: [7, 3, 1]) {
            Resizing(height: 7, width: 3, interpolation: .nearest, cropToAspectRatio: true)
        }
        try checkLayer([[5, 4, 1]], output: [2, 6, 1]) {
            Resizing(height: 2, width: 6, padToAspectRatio: true, fillValue: 0.3)
        }
        #expect(Resizing(height: 0, width: 3)(images).error != nil)
        // For all sizes, as TensorFlow: ⌊(i + 1/2) · old / new⌋ in single precision.
        for (old, new) in [(7, 3), (3, 7), (224, 31), (31, 299), (57, 39), (1, 5), (5, 1)] {
            let row = Tensor(shape: [1, 1, old, 1], scalars: (0..<old).map(Float.init))
            let expected = (0..<new).map {
                min(((Float($0) + 0.5) * (Float(old) / Float(new))).rounded(.down), Float(old - 1))
            }
            let layer = Resizing(height: 1, width: new, interpolation: .nearest)
            #expect(layer(row).scalars == expected)
        }
    }

    @Test func centerCrop() throws {
        try checkLayer([[5, 4, 2]], output: [2, 3, 2]) { CenterCrop(height: 2, width: 3) }
        try checkLayer([[3, 4, 1]], output: [5, 2, 1]) { CenterCrop(height: 5, width: 2) }
    }

    /// Keras's results, where bounds leave one choice.
    @Test func rotationsAndZoomsOfKeras() throws {
        let image = Tensor(shape: [1, 3, 4, 1], scalars: (0..<12).map(Float.init))
        func check(_ layer: any Layer, _ x: Tensor, _ expected: [Double]) {
            expectClose(
                inTraining(layer, x).scalars.map(Double.init), expected, relative: 1e-4,
                absolute: 1e-4, type(of: layer).className)
        }
        check(
            RandomRotation(0.25...0.25, fillMode: .constant(-1), interpolation: .nearest),
            Tensor(shape: [1, 3, 3, 1], scalars: (0..<9).map(Float.init)),
            [2, 5, 8, 1, 4, 7, 0, 3, 6])
        check(
            RandomRotation(1 / 12...1 / 12, fillMode: .constant(-1)), image,
            [
                -0.3469, 1.2692, 3.9689, 4.2824, 1.2010, 4.0670, 6.9330, 9.7990, 2.8301, 7.0311,
                8.2225, 3.3385,
            ])
        check(
            RandomZoom(
                heightFactor: 0.5...0.5, widthFactor: -0.5 ... -0.5, fillMode: .constant(-1)),
            image,
            [-0.125, 0.125, 0.375, 0.625, 4.75, 5.25, 5.75, 6.25, 3.875, 4.125, 4.375, 4.625])
        check(
            RandomZoom(heightFactor: -0.5 ... -0.5), image,
            [2.75, 3.25, 3.75, 4.25, 4.75, 5.25, 5.75, 6.25, 6.75, 7.25, 7.75, 8.25])
        check(
            RandomZoom(heightFactor: -0.5 ... -0.5, interpolation: .nearest), image,
            [5, 5, 6, 6, 5, 5, 6, 6, 9, 9, 10, 10])
        check(
            RandomBrightness(0.5...0.5, valueRange: 0...10), image,
            [5, 6, 7, 8, 9, 10, 10, 10, 10, 10, 10, 10])
    }

    @Test func randomRotation() throws {
        for border in [ResamplingBorder.constant(2), .nearest, .reflect, .wrap] {
            try checkLayer([[4, 5, 2]], output: [4, 5, 2]) { RandomRotation(0.3, fillMode: border) }
        }
    }

    @Test func randomZoom() throws {
        try checkLayer([[4, 5, 2]], output: [4, 5, 2]) {
            RandomZoom(heightFactor: 0.1...0.4, widthFactor: -0.3...0.2, fillMode: .wrap)
        }
        try checkLayer([[4, 5, 1]], output: [4, 5, 1]) { RandomZoom(0.3) }
        #expect(RandomZoom(1)(images).error != nil)
    }

    @Test func randomBrightness() throws {
        try checkLayer([[3, 4, 2]], output: [3, 4, 2]) {
            RandomBrightness(-0.1...0.3, valueRange: -2...2)
        }
        let added = inTraining(RandomBrightness(0.5, valueRange: -1000...1000), images) - images
        let numbers = added.mean(axes: [1, 2, 3]).scalars
        #expect(numbers.allSatisfy { (-1000...1000).contains($0) })
        #expect(numbers.min()! < -600 && numbers.max()! > 600)
        #expect(RandomBrightness(2)(images).error != nil)
    }

    @Test func theSeedDecides() {
        let layers: [any Layer] = [
            RandomRotation(0.2), RandomZoom(0.2), RandomBrightness(0.5), GaussianDropout(0.5),
            AlphaDropout(0.5),
            RandomFlip(), RandomTranslation(heightFactor: 0.2, widthFactor: 0.2),
            RandomContrast(0.5),
            RandomCrop(height: 3, width: 3), GaussianNoise(1), SpatialDropout2D(0.5),
        ]
        for layer in layers {
            let first = inTraining(layer, images, seed: 1).scalars
            #expect(first == inTraining(layer, images, seed: 1).scalars)
            #expect(first != inTraining(layer, images, seed: 2).scalars)
        }
        for layer in layers where !(layer is RandomCrop) {
            #expect(layer(images).scalars == images.scalars)
        }
    }
}
