import Foundation
import Strata
import Testing

/// What Keras gave for the same models and data (Fixtures/make_keras.py).
enum KerasFixture {
    static let arrays: [String: ArrayData] = {
        let read = (try? NPZ.read(fixture("keras.npz"))) ?? []
        return Dictionary(uniqueKeysWithValues: read.map { ($0.name, $0.array) })
    }()

    static let facts = Result {
        let data = try Data(contentsOf: URL(fileURLWithPath: fixture("keras.json")))
        return try JSONDecoder().decode(KerasFacts.self, from: data)
    }

    static func data(_ name: String) throws -> ArrayData { try #require(arrays["data/" + name]) }
}

struct KerasFacts: Decodable, Sendable {
    struct Graph: Decodable, Sendable {
        let name: String
        let layers: [String]
        let weights: [[Int]]
        let summary: String
    }
    struct Progress: Decodable, Sendable {
        let verbose: Int
        let steps: Int
        let epochs: Int
        let seconds: Double
        let names: [String]
        let values: [String]
        let text: String
    }
    let graphs: [String: Graph]
    let summaries: [String: String]
    let hooks: [String: [String]]
    let progress: [Progress]
}

extension ArrayData {
    /// The numbers, whatever their type.
    var numbers: [Double] {
        func read<T>(_ type: T.Type, _ convert: (T) -> Double) -> [Double] {
            withUnsafeBytes { $0.bindMemory(to: type).map(convert) }
        }
        switch dtype {
        case .float32: return read(Float.self) { Double($0) }
        case .float64: return read(Double.self) { $0 }
        case .uint8: return read(UInt8.self) { Double($0) }
        case .int64: return read(Int64.self) { Double($0) }
        default: fatalError("\(dtype) is not in the fixtures")
        }
    }

    var tensor: Tensor { Tensor(shape: Shape(shape), scalars: numbers.map { Float($0) }) }
}

/// Expects numbers within `absolute + relative · |expected|`.
func expectClose(
    _ received: [Double], _ expected: [Double], relative: Double, absolute: Double, _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    guard received.count == expected.count else {
        Issue.record(
            "\(what): \(received.count) numbers, Keras \(expected.count)",
            sourceLocation: sourceLocation)
        return
    }
    var worst = 0.0
    var place = 0
    for (index, pair) in zip(received, expected).enumerated() {
        let difference = abs(pair.0 - pair.1) / (absolute + relative * abs(pair.1))
        if !(difference <= worst) { (worst, place) = (difference, index) }
    }
    if !(worst <= 1) {
        Issue.record(
            "\(what): number \(place) is \(received[place]), Keras \(expected[place])",
            sourceLocation: sourceLocation)
    }
}
