import Strata
import Testing

@Suite struct AugmentationTests {
    let task = SmallTask()

    @Test func samplesGoThroughItInTrainingOnly() throws {
        let doubled = Tensor(shape: task.x.shape, scalars: task.x.scalars.map { $0 * 2 })
        let plain = try SmallTask.model().compiled()
        let augmented = try SmallTask.model().compiled()
        augmented.augmentation = [Rescaling(2)]
        try plain.fit(doubled, task.y, epochs: 2, verbose: .silent)
        try augmented.fit(task.x, task.y, epochs: 2, verbose: .silent)
        #expect(augmented.bits == plain.bits)
        #expect(
            try augmented.evaluate(task.x, task.y, verbose: .silent)
                == plain.evaluate(task.x, task.y, verbose: .silent))
    }

    @Test func isNoPartOfTheModel() throws {
        let model = try SmallTask.model(dropout: 0.5).compiled()
        let summary = model.summaryText()
        let names = model.weights.map(\.name)
        model.augmentation = [
            RandomFlip(.horizontal), RandomTranslation(heightFactor: 0.2, widthFactor: 0.2),
        ]
        try model.fit(task.x, task.y, verbose: .silent)
        #expect(model.weights.map(\.name) == names)
        #expect(model.layers.count == 7)
        #expect(try SmallTask.model(dropout: 0.5).compiled().summaryText() == summary)
    }

    @Test func isDecidedByTheSeedAndTakenAwayAgain() throws {
        func bits(_ seed: UInt64, _ augmentation: [any Layer]) throws -> [UInt32] {
            let model = try SmallTask.model().compiled()
            model.seed = seed
            model.augmentation = [RandomFlip()]
            model.augmentation = augmentation
            try model.fit(task.x, task.y, verbose: .silent)
            return model.bits
        }
        let flipped = try bits(1, [RandomFlip()])
        #expect(try bits(1, [RandomFlip()]) == flipped)
        #expect(try bits(1, []) != flipped)
    }

    @Test func mustKeepTheShape() throws {
        let model = try SmallTask.model().compiled()
        model.augmentation = [ZeroPadding2D(1)]
        #expect {
            try model.fit(task.x, task.y, verbose: .silent)
        } throws: {
            "\($0)".contains("(None, 6, 6, 3)") && "\($0)".contains("(40, 8, 8, 3)")
                || "\($0)".contains("8, 8, 3")
        }
    }
}
