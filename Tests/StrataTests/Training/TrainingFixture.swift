import Foundation
import Strata

/// What Keras gave (Fixtures/make_training.py).
struct TrainingFixture: Decodable, Sendable {
    struct Optimized: Decodable, Sendable {
        let steps: [[Float]]
        let finished: [Float]
    }
    struct Example: Decodable, Sendable {
        let shapes: [[Int]]
        let target: [Float]
        let prediction: [Float]

        var tensors: (target: Tensor, prediction: Tensor) {
            (
                Tensor(shape: Shape(shapes[0]), scalars: target),
                Tensor(shape: Shape(shapes[1]), scalars: prediction)
            )
        }
    }
    struct Case: Decodable, Sendable {
        let name: String
        let data: String
        let plain: Double
        let weighted: Double?
    }
    struct Several: Decodable, Sendable {
        let before: [Float]
        let after: [Double]
        let history: [String: [Double]]
        let evaluate: [String: Double]
        let predict: [[Double]]
        let inputs: [[Float]]
        let outputs: [[Float]]
    }
    struct Driven: Decodable, Sendable {
        let sequence: [Double?]
        let name: String
        let epochs: Int
        let rates: [Double]
        let weight: Double
        let text: String
        let saved: [String]
    }
    let steps: [Int]
    let schedules: [String: [Double]]
    let start: [[Float]]
    let gradients: [[[Float]]]
    let optimizers: [String: Optimized]
    let data: [String: Example]
    let weights: [Float]
    let losses: [Case]
    let metrics: [Case]
    let confusion: [Float]
    let several: Several
    let callbacks: [String: Driven]
    let tables: [String: String]

    static let read = Result {
        let data = try Data(contentsOf: URL(fileURLWithPath: fixture("training.json")))
        return try JSONDecoder().decode(TrainingFixture.self, from: data)
    }
}
