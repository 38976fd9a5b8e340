/// A small monospaced stroke font, for text in images.
enum Lettering {
    /// The strokes of a text, in points.
    static func lines(_ text: Text, size: Double, advance: Double) -> [[Point]] {
        let width = advance * Double(text.string.count)
        let start =
            switch text.anchor {
            case .start: text.place.x
            case .middle: text.place.x - width / 2
            case .end: text.place.x - width
            }
        // The font size is ten units. Capitals are seven units high and four of the six units wide.
        let unit = size / 10
        let top = text.place.y - 3.5 * unit
        return text.string.enumerated().flatMap { index, character in
            glyph(character).map { line in
                line.map { point in
                    Point(
                        start + Double(index) * advance + (point.x + 1) * unit, top + point.y * unit
                    )
                }
            }
        }
    }

    /// The strokes of a character, in units; a box if the alphabet lacks it.
    private static func glyph(_ character: Character) -> [[Point]] { glyphs[character] ?? box }

    private static let box = decoded("00 40 47 07 00")
    private static let glyphs = alphabet.mapValues(decoded)

    /// Bars separate strokes and spaces separate points. A point is two digits: x from 0 to 4, and y,
    /// which is 0 at the top of a capital, 2 at the top of a small letter, 7 on the baseline and 9 at
    /// the end of a descender.
    private static func decoded(_ code: String) -> [[Point]] {
        code.split(separator: "|").map { line in
            line.split(separator: " ").map { point in
                let digits = point.utf8.map { Double($0) - 48 }
                return Point(digits[0], digits[1])
            }
        }
    }

    private static let alphabet: [Character: String] = [
        " ": "", "!": "20 24|27 27", "\"": "10 12|30 32", "#": "10 17|30 37|02 42|05 45",
        "$": "41 30 10 01 02 13 33 44 46 37 17 06|20 27",
        "%": "40 07|00 10 11 01 00|36 46 47 37 36",
        "&": "47 12 11 20 31 32 04 06 17 27 45", "'": "20 22", "(": "30 12 15 37",
        ")": "10 32 35 17", "*": "21 25|02 44|42 04", "+": "22 26|04 44", ",": "26 27 18",
        "-": "04 44", ".": "27 27", "/": "40 07",
        "0": "10 30 41 46 37 17 06 01 10|24 23", "1": "11 20 27|07 47", "2": "01 10 30 41 42 07 47",
        "3": "01 10 30 41 42 33 23|33 44 46 37 17 06", "4": "37 30 05 45",
        "5": "40 00 03 33 44 46 37 17 06", "6": "41 30 10 01 06 17 37 46 44 33 13 04",
        "7": "00 40 17", "8": "13 02 01 10 30 41 42 33 13 04 06 17 37 46 44 33",
        "9": "06 17 37 46 41 30 10 01 03 14 34 43", ":": "23 23|27 27", ";": "23 23|26 27 18",
        "<": "41 04 47", "=": "03 43|05 45", ">": "01 44 07", "?": "01 10 30 41 42 24 25|27 27",
        "@": "34 33 23 14 15 25 34 35 45 42 31 11 02 06 17 37",
        "A": "07 20 47|14 34", "B": "00 07 37 46 44 33 03|00 30 41 42 33",
        "C": "41 30 10 01 06 17 37 46", "D": "00 07 27 45 42 20 00", "E": "40 00 07 47|03 33",
        "F": "40 00 07|03 33", "G": "41 30 10 01 06 17 37 46 44 24", "H": "00 07|40 47|03 43",
        "I": "10 30|20 27|17 37", "J": "40 46 37 17 06", "K": "00 07|40 04|13 47", "L": "00 07 47",
        "M": "07 00 23 40 47", "N": "07 00 47 40", "O": "10 30 41 46 37 17 06 01 10",
        "P": "07 00 30 41 43 34 04", "Q": "10 30 41 46 37 17 06 01 10|25 47",
        "R": "07 00 30 41 43 34 04|24 47", "S": "41 30 10 01 02 13 33 44 46 37 17 06",
        "T": "00 40|20 27", "U": "00 06 17 37 46 40", "V": "00 27 40", "W": "00 17 22 37 40",
        "X": "00 47|40 07", "Y": "00 23 40|23 27", "Z": "00 40 07 47",
        "[": "30 10 17 37", "\\": "00 47", "]": "10 30 37 17", "^": "02 20 42", "_": "08 48",
        "`": "10 22",
        "a": "12 32 43 47|44 14 05 06 17 37 46", "b": "00 07|03 12 32 43 46 37 17 06",
        "c": "43 32 12 03 06 17 37 46", "d": "40 47|43 32 12 03 06 17 37 46",
        "e": "04 44 43 32 12 03 06 17 37 46", "f": "40 30 21 27|03 33",
        "g": "42 48 39 19 08|43 32 12 03 06 17 37 46", "h": "00 07|03 12 32 43 47",
        "i": "12 22 27|07 47|20 20", "j": "12 32 38 29 19 08|30 30", "k": "00 07|42 05|14 47",
        "l": "10 20 26 37 47", "m": "02 07|03 12 23 27|23 32 43 47", "n": "02 07|03 12 32 43 47",
        "o": "12 32 43 46 37 17 06 03 12", "p": "02 09|03 12 32 43 46 37 17 06",
        "q": "42 49|43 32 12 03 06 17 37 46", "r": "02 07|04 22 32 43",
        "s": "43 32 12 03 14 34 45 46 37 17 06", "t": "20 26 37 47|02 42",
        "u": "02 06 17 37 46|42 47", "v": "02 27 42", "w": "02 17 23 37 42", "x": "02 47|42 07",
        "y": "02 06 17 37 46|42 48 39 19 08", "z": "02 42 07 47",
        "{": "30 21 22 13 25 26 37", "|": "20 28", "}": "10 21 22 33 25 26 17", "~": "04 13 34 43",
        "×": "03 47|43 07", "·": "24 24", "–": "04 44", "—": "04 44", "−": "04 44",
        "…": "07 07|27 27|47 47", "→": "04 44|32 44 36", "±": "22 26|04 44|07 47",
    ]
}
