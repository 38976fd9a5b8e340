import Foundation
import Strata
import Testing

@Suite struct InitializerTests {
    struct Statistics {
        let mean: Double
        let variance: Double
        let largest: Double

        init(_ numbers: [Float]) {
            let values = numbers.map { Double($0) }
            let mean = values.reduce(0.0) { $0 + $1 } / Double(values.count)
            self.mean = mean
            variance = values.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
            largest = values.map { abs($0) }.max()!
        }
    }

    /// A convolution's kernel: fan in 3·3·16, fan out 3·3·128.
    let shape: Shape = [3, 3, 16, 128]
    let key = Random.Key(seed: 1, path: "kernel")

    static let variances: [Initializer: Double] = {
        let (fanIn, fanOut): (Double, Double) = (144, 1152)
        let glorot: Double = 2 / (fanIn + fanOut)
        let he: Double = 2 / fanIn
        let lecun: Double = 1 / fanIn
        return [
            .glorotUniform: glorot, .glorotNormal: glorot, .heUniform: he, .heNormal: he,
            .lecunUniform: lecun, .lecunNormal: lecun,
        ]
    }()

    private func drawn(_ initializer: Initializer) -> Statistics {
        Statistics(initializer.make(shape, key))
    }

    /// Uniform within ±√(3·scale/fan), as Keras has them; 18,432 numbers come near the bounds.
    @Test(arguments: [Initializer.glorotUniform, .heUniform, .lecunUniform])
    func uniformVariances(_ initializer: Initializer) throws {
        let variance = try #require(InitializerTests.variances[initializer])
        let found = drawn(initializer)
        let limit = (3 * variance).squareRoot()
        #expect(found.largest <= limit * 1.000001 && found.largest > 0.999 * limit)
        #expect(abs(found.mean) < 4 * (variance / 18432).squareRoot())
        #expect(abs(found.variance / variance - 1) < 0.03)
    }

    /// Normal cut at two deviations of the uncut distribution, whose variance is made up for.
    @Test(arguments: [Initializer.glorotNormal, .heNormal, .lecunNormal])
    func truncatedVariances(_ initializer: Initializer) throws {
        let variance = try #require(InitializerTests.variances[initializer])
        let found = drawn(initializer)
        let limit = 2 * variance.squareRoot() / 0.87962566103423978
        #expect(found.largest <= limit * 1.000001 && found.largest > 0.99 * limit)
        #expect(abs(found.mean) < 4 * (variance / 18432).squareRoot())
        #expect(abs(found.variance / variance - 1) < 0.03)
    }

    @Test func plainDistributions() {
        #expect(drawn(.zeros).largest == 0)
        #expect(Initializer.ones.make([2, 2], key) == [1, 1, 1, 1])
        #expect(Initializer.constant(0.5).make([3], key) == [0.5, 0.5, 0.5])
        let uniform = drawn(.randomUniform())
        #expect(uniform.largest <= 0.05 && uniform.largest > 0.0499)
        let normal = drawn(.randomNormal(mean: 1, standardDeviation: 2))
        #expect(abs(normal.mean - 1) < 0.06 && abs(normal.variance / 4 - 1) < 0.05)
        #expect(normal.largest > 6)
        let cut = drawn(.truncatedNormal(mean: 0, standardDeviation: 0.05))
        #expect(cut.largest <= 0.1000001)
        #expect(abs(cut.variance.squareRoot() / (0.05 * 0.87962566103423978) - 1) < 0.02)
    }

    @Test func fansOfOtherShapes() {
        // A dense kernel's fans are its sides, a vector's both its length.
        let dense = Statistics(Initializer.glorotUniform.make([300, 60], key))
        #expect(abs(dense.variance / (2.0 / 360) - 1) < 0.04)
        let vector = Statistics(Initializer.heUniform.make([5000], key))
        #expect(abs(vector.variance / (2.0 / 5000) - 1) < 0.05)
        #expect(Initializer.glorotUniform.make([], key).count == 1)
    }

    /// Neighbouring numbers, seeds and paths have nothing to do with each other.
    @Test func numbersAreIndependent() {
        func correlation(_ a: [Float], _ b: [Float]) -> Double {
            let (sa, sb) = (Statistics(a), Statistics(b))
            let products = zip(a, b).map { (Double($0) - sa.mean) * (Double($1) - sb.mean) }
            let mean = products.reduce(0.0) { $0 + $1 } / Double(products.count)
            return mean / (sa.variance * sb.variance).squareRoot()
        }
        for initializer in [Initializer.glorotUniform, .heNormal, .randomNormal()] {
            let one = initializer.make(shape, key)
            #expect(initializer.make(shape, key) == one)
            let others = [
                initializer.make(shape, Random.Key(seed: 2, path: "kernel")),
                initializer.make(shape, Random.Key(seed: 1, path: "kernel_1")),
                Array(one.dropFirst() + one.prefix(1)),
            ]
            for other in others { #expect(abs(correlation(one, other)) < 0.03) }
        }
    }
}
