import Foundation
import Strata
import Testing

struct InitializerTests {
    private func numbers(_ initializer: Initializer, _ shape: Shape, seed: UInt64 = 1) -> [Double] {
        initializer.make(shape, Random.Key(seed: seed, path: "w")).map(Double.init)
    }

    private func deviation(_ numbers: [Double]) -> Double {
        let mean = numbers.reduce(0, +) / Double(numbers.count)
        return (numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count))
            .squareRoot()
    }

    /// The compiler takes long over a list of quotients.
    private static func inverse(_ number: Double) -> Double { 1 / number }

    /// Fans of [3, 3, 20, 50]: 180 and 450.
    private static let variances: [(Initializer, Double)] = [
        (.glorotUniform, inverse(315)), (.glorotNormal, inverse(315)), (.heUniform, inverse(90)),
        (.heNormal, inverse(90)), (.lecunUniform, inverse(180)), (.lecunNormal, inverse(180)),
        (.varianceScaling(scale: 3, mode: .output, distribution: .untruncatedNormal), inverse(150)),
        (.randomUniform(minval: -1, maxval: 1), inverse(3)),
        (.randomNormal(mean: 2, stddev: 0.5), 0.25),
        // A normal distribution cut at two deviations has 0.8796 of its deviation left.
        (.truncatedNormal(mean: 0, stddev: 1), 0.7737),
    ]

    @Test(arguments: variances)
    func variance(_ initializer: Initializer, _ variance: Double) {
        let drawn = numbers(initializer, [3, 3, 20, 50])
        // 9,000 numbers: their deviation is within 1 / √18,000 of the true one, four times that here.
        #expect(abs(deviation(drawn) / variance.squareRoot() - 1) < 0.03)
        #expect(drawn == numbers(initializer, [3, 3, 20, 50]))
        #expect(drawn != numbers(initializer, [3, 3, 20, 50], seed: 2))
    }

    @Test func bounds() {
        let limit = (6.0 / 630).squareRoot()
        let uniform = numbers(.glorotUniform, [3, 3, 20, 50])
        #expect(uniform.allSatisfy { abs($0) <= limit })
        #expect(uniform.contains { abs($0) > 0.99 * limit })
        let normal = numbers(.truncatedNormal(stddev: 0.1), [9000])
        #expect(normal.allSatisfy { abs($0) <= 0.2000001 })
    }

    @Test func constants() {
        #expect(numbers(.zeros, [3]) == [0, 0, 0])
        #expect(numbers(.ones, [2]) == [1, 1])
        #expect(numbers(.constant(0.5), [2]) == [0.5, 0.5])
        #expect(numbers(.identity(gain: 2), [2, 3]) == [2, 0, 0, 0, 2, 0])
    }

    @Test(arguments: [[20, 7], [7, 20], [2, 3, 4, 5], [3, 3]])
    func orthogonal(_ shape: [Int]) {
        let columns = shape[shape.count - 1]
        let rows = shape.reduce(1, *) / columns
        let matrix = numbers(.orthogonal(gain: 3), Shape(shape))
        let count = min(rows, columns)
        for a in 0..<count {
            for b in 0..<count {
                var product = 0.0
                for place in 0..<max(rows, columns) {
                    let isTall = rows >= columns
                    let x = matrix[isTall ? place * columns + a : a * columns + place]
                    let y = matrix[isTall ? place * columns + b : b * columns + place]
                    product += x * y
                }
                #expect(abs(product - (a == b ? 9 : 0)) < 1e-5)
            }
        }
    }

    @Test(arguments: [
        Initializer.zeros, .ones, .constant(2), .identity(gain: 3), .randomUniform(minval: 0),
        .randomNormal(mean: 1), .truncatedNormal(stddev: 2),
        .varianceScaling(scale: 2, mode: .average, distribution: .uniform), .glorotUniform,
        .glorotNormal, .heUniform, .heNormal, .lecunUniform, .lecunNormal, .orthogonal(gain: 2),
    ])
    func configuration(_ initializer: Initializer) throws {
        #expect(try Initializer(json: JSON(parsing: initializer.json.description)) == initializer)
    }

    @Test func names() throws {
        #expect(try Initializer(json: "glorot_uniform") == .glorotUniform)
        #expect(try Initializer(json: "HeNormal") == .heNormal)
        #expect(try Initializer(json: "orthogonal") == .orthogonal())
        #expect(throws: StrataError.self) { try Initializer(json: "nonsense") }
        #expect(throws: StrataError.self) { try Initializer(json: 3) }
        #expect(try Regularizer(json: "l2") == .l2(0.01))
        #expect(try Regularizer(json: "l1_l2") == .l1l2(l1: 0.01, l2: 0.01))
        #expect(throws: StrataError.self) { try Regularizer(json: "l3") }
        #expect(try Constraint(json: "non_neg") == .nonNegative)
        #expect(throws: StrataError.self) { try Constraint(json: "none") }
    }

    /// An L1L2 that Keras gave no factors has none.
    @Test func regularizerConfiguration() throws {
        for regularizer in [Regularizer.l1(0.5), .l2(0.25), .l1l2(l1: 0.5, l2: 0)] {
            #expect(try Regularizer(json: regularizer.json) == regularizer)
        }
        let bare = try JSON(parsing: #"{"class_name": "L1L2", "config": {}}"#)
        #expect(try Regularizer(json: bare) == .l1l2())
    }
}
