import Foundation
import Strata
import Testing

/// Tensors print as NumPy's float32 arrays do; the expectations are NumPy's own.
struct TensorDescriptionTests {
    @Test func smallTensors() {
        #expect("\(Tensor([1, 2.5, -3]))" == "[ 1.   2.5 -3. ]")
        #expect("\(Tensor(1.5))" == "1.5")
        #expect("\(Tensor([]))" == "[]" && "\(Tensor.zeros([0, 3]))" == "[]")
        #expect("\(Tensor([0.1, 0.25, 1 / 3]))" == "[0.1        0.25       0.33333334]")
        #expect("\(Tensor([.nan, .infinity, -1.5]))" == "[ nan  inf -1.5]")
        #expect("\(Tensor([1e10, 1]))" == "[1.e+10 1.e+00]")
        #expect("\(Tensor([123456.7, 1000]))" == "[123456.7   1000. ]")
    }

    @Test func matrices() {
        let x = Tensor([0, 1, 2, 3, 4, 5]).reshaped(to: [2, 3])
        #expect("\(x)" == "[[0. 1. 2.]\n [3. 4. 5.]]")
        #expect("\(Tensor.zeros([2, 1, 2]))" == "[[[0. 0.]]\n\n [[0. 0.]]]")
        let small = Tensor(shape: [2, 2], scalars: [1e-5, 1, 100, 2.5])
        #expect("\(small)" == "[[1.0e-05 1.0e+00]\n [1.0e+02 2.5e+00]]")
    }

    @Test func longLinesAreBroken() {
        let x = Tensor((0..<30).map { Float($0) * 1.25 })
        #expect(
            "\(x)" == """
                [ 0.    1.25  2.5   3.75  5.    6.25  7.5   8.75 10.   11.25 12.5  13.75
                 15.   16.25 17.5  18.75 20.   21.25 22.5  23.75 25.   26.25 27.5  28.75
                 30.   31.25 32.5  33.75 35.   36.25]
                """)
    }

    @Test func largeTensorsAreCut() {
        let x = Tensor((0..<2000).map { Float($0 % 100) }).reshaped(to: [20, 100])
        let row = "[ 0.  1.  2. ... 97. 98. 99.]"
        let rows = [row, row, row, "...", row, row, row]
        #expect("\(x)" == "[" + rows.joined(separator: "\n ") + "]")
    }

    /// Arrays of many shapes and sizes, and how NumPy prints them (Fixtures/make_printed.py).
    @Test func whatNumPyPrints() throws {
        let arrays = try NPZ.read(fixture("printed.npz"))
        let text = try Data(contentsOf: URL(fileURLWithPath: fixture("printed.json")))
        let expected = try JSONDecoder().decode([String].self, from: text)
        #expect(arrays.count == expected.count && arrays.count > 200)
        for (array, expected) in zip(arrays, expected) {
            let printed = "\(Tensor(array.array))"
            #expect(printed == expected, "\(array.name), \(array.array.shape)")
        }
    }

    @Test func tensorsWithoutNumbers() {
        let wrong = Tensor([1, 2]) + Tensor([1, 2, 3])
        #expect("\(wrong)".contains("add needs shapes that broadcast, but got (2,) and (3,)"))
    }
}
