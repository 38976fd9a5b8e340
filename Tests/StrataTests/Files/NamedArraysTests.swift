import Strata
import Testing

@Suite struct NamedArraysTests {
    let arrays = [
        NamedArray("a", ArrayData(shape: [2], floats: [1, 2])),
        NamedArray("b", ArrayData(shape: [1, 2], floats: [3, 4])),
    ]

    @Test func matchesByName() throws {
        let matched = try arrays.matched(to: [("b", [1, 2]), ("a", [2])], file: "w.npz")
        #expect(matched.map { $0?.floats() } == [[3, 4], [1, 2]])
    }

    @Test func namesAllDifferences() {
        let message = """
            w.npz does not fit the model: missing: c; unexpected: b; \
            of another shape: a is [2], not [3].
            """
        #expect(throws: StrataError(message)) {
            try arrays.matched(to: [("a", [3]), ("c", [])], file: "w.npz")
        }
    }

    @Test func longListsAreCut() {
        let message = "w.npz does not fit the model: missing: 0, 1, 2, 3, 4 and 3 more."
        #expect(throws: StrataError(message)) {
            try [NamedArray]().matched(to: (0..<8).map { ("\($0)", []) }, file: "w.npz")
        }
    }
}
