import Strata
import TestSupport
import Testing

struct JSONTests {
    @Test(arguments: [
        "null", "true", "false", "0", "-12", "1.5", "1e-05", "NaN", "Infinity", "-Infinity", "[]",
        "{}", #""a\"\\\n\u0001é""#, #"{"b": 1, "a": [null, {"c": ""}]}"#,
    ])
    func writesWhatItRead(_ text: String) throws {
        #expect(try JSON(parsing: text).description == text)
    }

    @Test func values() throws {
        let json = try JSON(
            parsing: " { \"a\" : [ 1 , 2.5, -3e2 ] ,\r\n\t\"b\":\"\\u00e9\\ud83d\\ude00\\/\" } ")
        #expect(json["a"] == [1, 2.5, -300.0])
        #expect(json["b"] == "é😀/")
        #expect(json["c"] == nil)
        #expect(
            try JSON(parsing: "123456789012345678901234567890") == .number(1.2345678901234568e29))
        #expect(JSON(Float(0.001)).description == "0.001")
    }

    @Test(arguments: [
        ("", "a value was expected at line 1, column 1"),
        ("[1,]", "a value was expected at line 1, column 4"),
        ("[1 2]", "',' or ']' was expected at line 1, column 4"),
        ("{\"a\" 1}", "':' was expected at line 1, column 6"),
        ("{\n  a: 1}", "a name was expected at line 2, column 3"),
        ("{} x", "the end was expected at line 1, column 4"),
        ("01", "a value was expected at line 1, column 1"),
        ("1.", "a digit was expected at line 1, column 3"),
        ("\"abc", "a string without an end at line 1, column 5"),
        ("\"\\x\"", "an unknown escape at line 1, column 4"),
        ("\"\\ud800\"", "half of a surrogate pair at line 1, column 8"),
        ("\"\\u00g0\"", "four hexadecimal digits were expected at line 1, column 6"),
        ("\"\u{1}\"", "a control character in a string at line 1, column 2"),
        ("nul", "a value was expected at line 1, column 1"),
    ])
    func refuses(_ text: String, _ reason: String) {
        let error = errorMessage { _ = try JSON(parsing: text) }
        #expect(error == "it is not JSON: \(reason)")
    }

    @Test func refusesBytesThatAreNotText() {
        #expect(throws: StrataError.self) { _ = try JSON(parsing: [0x22, 0xff, 0x22]) }
        #expect(throws: StrataError.self) {
            _ = try JSON(parsing: [0x22, 0x5c, 0x75, 0xff, 0xff, 0x22])
        }
    }

    @Test func depthIsBounded() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try JSON(parsing: nested(256))
        #expect(throws: StrataError.self) { _ = try JSON(parsing: nested(257)) }
        #expect(throws: StrataError.self) {
            _ = try JSON(parsing: String(repeating: "[", count: 1_000_000))
        }
    }

    /// Any change of a text gives a value or an error.
    @Test func neverTraps() {
        let text = Array(
            #"{"a": [1, -2.5e3, NaN, "x\u00e9\ud83d\ude00", true, null], "b": {}}"#.utf8)
        var random = TestRandom(9)
        for _ in 0..<3000 {
            var changed = text
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<changed.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: changed[place] = UInt8.random(in: 0...255, using: &random)
                case 1 where changed.count > 1: changed.remove(at: place)
                default:
                    changed.insert(text[Int.random(in: 0..<text.count, using: &random)], at: place)
                }
            }
            _ = try? JSON(parsing: changed)
        }
    }
}
