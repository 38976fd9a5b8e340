import Foundation
import Strata
import Testing

/// What `fit` reports, kept by Codable.
struct CodableLogsTests {
    @Test func logs() throws {
        let logs: Logs = ["loss": 0.25, "accuracy": .infinity]
        let data = try JSONEncoder().encode(logs)
        let read = try JSONDecoder().decode(Logs.self, from: data)
        #expect(read.names == ["loss", "accuracy"])
        #expect(read["loss"] == 0.25 && read["accuracy"]?.isNaN == true)
        let short = Data(#"{"names": ["loss"], "values": []}"#.utf8)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Logs.self, from: short) }
    }

    @Test func history() throws {
        let model = Sequential(inputShape: [2]) { Dense(1) }
        try model.compile(optimizer: SGD(), loss: .meanSquaredError, metrics: [.meanAbsoluteError])
        let history = try model.fit(
            Tensor.ones([4, 2]), Tensor.ones([4, 1]), epochs: 3, verbose: .silent)
        let data = try JSONEncoder().encode(history)
        #expect(try JSONDecoder().decode(History.self, from: data) == history)
        let twice = Data(#"{"epochs": [0], "names": ["a", "a"], "values": [[1], [2]]}"#.utf8)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(History.self, from: twice) }
    }
}
