import Strata
import TestSupport
import Testing

/// Numbers in a model's definition, which its file keeps.
struct ConstantTests {
    @Test func filesKeepThem() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("model.keras")
        let x = Input(shape: [3])
        let numbers = Tensor(shape: [1, 3], scalars: [-1, 0.5, 2])
        let cases: [(Tensor, [Float])] = [
            (x * -1, [1, -0.5, -2]), (2 - x, [3, 1.5, 0]), (x / -2, [0.5, -0.25, -1]),
            (maximum(x, -0.5), [-0.5, 0.5, 2]), (minimum(1, x), [-1, 0.5, 1]),
            (pow(x, 2), [1, 0.25, 4]), (x * Tensor([-1, 2, 3]), [1, 1, 6]),
        ]
        for (y, expected) in cases {
            try Model(inputs: x, outputs: y).save(to: path)
            #expect(try Model.load(from: path).predict(numbers).scalars == expected)
        }
    }
}
