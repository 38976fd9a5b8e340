import Strata
import StrataDatasets
import Testing

@Suite struct ShapesTests {
    @Test func isWellFormed() {
        let shapes = Shapes(trainCount: 30, testCount: 20)
        #expect(shapes.train.x.shape == [30, 32, 32, 3])
        #expect(shapes.train.x.dtype == .uint8)
        #expect(shapes.train.y.shape == [30, 1])
        #expect(shapes.test.count == 20)
        #expect(shapes.train.scale == Float(1) / 255)
        #expect(shapes.classNames.count == 10)
        #expect(shapes.test.y.floats() == (0..<20).map { Float($0 % 10) })
    }

    @Test func isDeterministic() {
        let shapes = Shapes(trainCount: 40, testCount: 10)
        #expect(digest(shapes.train) == digest(Shapes(trainCount: 40, testCount: 1).train))
        // An image depends on its own number alone.
        let fewer = Shapes(trainCount: 20, testCount: 10)
        let count = 20 * 32 * 32 * 3
        #expect(
            shapes.train.x.withUnsafeBytes { Array($0.prefix(count)) }
                == fewer.train.x.withUnsafeBytes { Array($0) })
        #expect(digest(shapes.test) != digest(Shapes(trainCount: 10, testCount: 10).train))
        #expect(digest(shapes.test) != digest(Shapes(trainCount: 1, testCount: 10, seed: 1).test))
        // The same bytes on every machine.
        #expect(digest(shapes.train) == 17_860_359_848_977_690_644)
    }

    @Test func masksCoverTheShapes() {
        let masks = Shapes.masks(trainCount: 40, testCount: 10)
        #expect(digest(masks.train) == digest(Shapes(trainCount: 40, testCount: 1).train))
        #expect(masks.train.y.shape == [40, 32, 32])
        #expect(masks.train.count == 40)
        #expect(masks.classNames.count == 11)
        let labels = masks.train.y.floats()
        for image in 0..<40 {
            let mask = labels[image * 1024..<(image + 1) * 1024].map { $0 }
            #expect(Set(mask) == [0, Float(image % 10 + 1)])
            // A disc fills π/4 of the box around it, if that is inside the image.
            let inside = mask.indices.filter { mask[$0] > 0 }
            let (rows, columns) = (inside.map { $0 / 32 }, inside.map { $0 % 32 })
            guard image % 10 == 0, rows.min()! > 0, rows.max()! < 31, columns.min()! > 0,
                columns.max()! < 31
            else { continue }
            let box = (rows.max()! - rows.min()! + 1) * (columns.max()! - columns.min()! + 1)
            #expect(abs(Double(inside.count) / Double(box) - .pi / 4) < 0.05)
        }
    }

    private func digest(_ examples: Examples) -> UInt64 {
        examples.x.withUnsafeBytes { bytes in
            bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        }
    }
}
