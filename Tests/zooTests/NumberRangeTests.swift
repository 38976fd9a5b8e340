import Strata
import Testing

/// Numbers that are far from those that a network learns from, or has learned from.
@Suite struct NumberRangeTests {
    @Test func pixelsThatAreNotScaled() throws {
        let zoo = try Zoo()
        try zoo.writeDigits()
        let pixels = zoo.digits(48).map { UInt8($0 * 255) }
        try zoo.write(ArrayData(shape: [48, 28, 28, 1], pixels), "bytes.npy")
        try zoo.write(
            ArrayData(shape: [48, 28, 28, 1], floats: pixels.map(Float.init)), "floats.npy")

        let train = ["train", "lenet5_modern", "--y", "y.npy", "--epochs", "1", "--x"]
        let warning = "numbers up to 25"
        for name in ["bytes.npy", "floats.npy"] {
            #expect(try zoo.run(train + [name]).errors.contains(warning))
            #expect(try !zoo.run(train + [name, "--scale", "1/255"]).errors.contains(warning))
        }
        let usual = try zoo.run(train + ["x.npy", "--output", "m.keras"])
        #expect(usual.status == 0 && !usual.errors.contains("numbers up to"))

        // The model's file knows what it was trained on.
        let predict = ["predict", "m.keras", "--output", "p.npy", "--input"]
        for name in ["bytes.npy", "floats.npy"] {
            let outcome = try zoo.run(predict + [name])
            #expect(outcome.status == 0 && outcome.errors.contains(warning), "\(outcome.errors)")
        }
        #expect(try !zoo.run(predict + ["x.npy"]).errors.contains("numbers up to"))
        let evaluation = try zoo.run(["evaluate", "m.keras", "--x", "bytes.npy", "--y", "y.npy"])
        #expect(evaluation.errors.contains(warning))
    }
}
