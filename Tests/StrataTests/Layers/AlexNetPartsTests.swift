import Foundation
import Strata
import TestSupport
import Testing

/// What AlexNet is made of (Krizhevsky, Sutskever and Hinton, 2012), value and gradient, by the
/// paper's formulas in Double.
struct AlexNetPartsTests {
    /// Section 3.1: f(x) = max(0, x).
    @Test func rectifiers() throws {
        var random = TestRandom(1)
        let (x, seed) = (random.tensor([3, 5, 7]), random.tensor([3, 5, 7]))
        let layer = ReLU()
        let (_, gradient) = try valueWithGradient(at: x) { (layer($0) * seed).sum() }
        let expected = x.scalars.map { max(0, $0) }
        #expect(layer(x).scalars == expected)
        #expect(gradient.scalars == zip(x.scalars, seed.scalars).map { $0 > 0 ? $1 : 0 })
    }

    /// Section 3.3: bᵢ = aᵢ / (k + α Σⱼ aⱼ²)^β over the channels j from i - n/2 to i + n/2.
    ///
    /// With sⱼ for the sum in brackets, the gradient of Σ gᵢbᵢ by aⱼ is
    /// gⱼ sⱼ^-β - 2αβ aⱼ Σᵢ gᵢ aᵢ sᵢ^(-β-1) over the i near j.
    @Test(arguments: [(2, 2, 1e-4, 0.75), (1, 1, 0.5, 0.5), (9, 0.5, 0.2, 1)])
    func localResponses(radius: Int, k: Double, alpha: Double, beta: Double) throws {
        var random = TestRandom(2)
        let channels = 7
        let shape: Shape = [2, 3, 4, 7]
        let (x, seed) = (random.tensor(shape, -3...3), random.tensor(shape))
        let layer = LocalResponseNormalization(
            depthRadius: radius, bias: Float(k), alpha: Float(alpha), beta: Float(beta))
        let (_, gradient) = try valueWithGradient(at: x) { (layer($0) * seed).sum() }
        let (value, slope) = (layer(x).scalars, gradient.scalars)
        let (a, g) = (x.scalars.map(Double.init), seed.scalars.map(Double.init))
        for start in stride(from: 0, to: a.count, by: channels) {
            func near(_ channel: Int) -> ClosedRange<Int> {
                start + max(0, channel - radius)...start + min(channels - 1, channel + radius)
            }
            let sums = (0..<channels).map { channel in
                k + alpha * near(channel).reduce(0) { $0 + a[$1] * a[$1] }
            }
            func power(_ channel: Int, _ exponent: Double) -> Double {
                pow(sums[channel], exponent)
            }
            for channel in 0..<channels {
                let j = start + channel
                #expect(abs(Double(value[j]) - a[j] * power(channel, -beta)) < 2e-6)
                let rest = near(channel).reduce(0) {
                    $0 + g[$1] * a[$1] * power($1 - start, -beta - 1)
                }
                let expected = g[j] * power(channel, -beta) - 2 * alpha * beta * a[j] * rest
                #expect(abs(Double(slope[j]) - expected) < 1e-5 * max(1, abs(expected)))
            }
        }
    }

    /// Section 4.2, in today's form: in training a number is 0 with the probability p, otherwise
    /// x / (1 - p); later it is x. (The paper multiplies by 1 - p later.)
    @Test(arguments: [Float(0.5), 0.2])
    func dropout(rate: Float) throws {
        let count = 40_000
        var random = TestRandom(3)
        let x = random.tensor([count], 1...2)
        let layer = Dropout(rate)
        #expect(layer(x).scalars == x.scalars)
        let (_, gradient) = try valueWithGradient(at: x) { inTraining(layer, $0).sum() }
        let y = inTraining(layer, x).scalars
        let scale = 1 / (1 - rate)
        for (index, input) in x.scalars.enumerated() {
            #expect(y[index] == 0 || abs(y[index] - input * scale) <= 1e-6 * input * scale)
            // The same numbers are kept on the way back.
            #expect(gradient.scalars[index] == (y[index] == 0 ? 0 : scale))
        }
        // Five standard deviations of a binomial distribution.
        let dropped = Double(y.filter { $0 == 0 }.count)
        let (p, n) = (Double(rate), Double(count))
        #expect(abs(dropped - p * n) < 5 * (n * p * (1 - p)).squareRoot())
    }
}
