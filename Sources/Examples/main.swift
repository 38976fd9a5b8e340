import Foundation
import Strata

// Small programs to read and to change: swift run -c release examples NAME …

let usage = """
    usage: examples convolution                           what a convolution is, on a tiny image
           examples tape DIR [EPOCHS] [SEED]              Fashion-MNIST in DIR, without a model or fit
           examples lenets DIR [EPOCHS] [CHART]           LeNet of 1998 and of today, MNIST in DIR
           examples segmentation FILE [EPOCHS] [IMAGES]   U-Net finds shapes; FILE shows what it found
    """
let words = Words(all: Array(CommandLine.arguments.dropFirst()))
do {
    switch (words[0], words[1]) {
    case ("convolution", _):
        convolution()
    case ("tape", let directory?):
        try trainWithTape(
            directory: directory, epochs: words.number(2, "EPOCHS", default: 20),
            seed: UInt64(words.number(3, "SEED", default: 0, atLeast: 0)))
    case ("lenets", let directory?):
        try compareLeNets(
            directory: directory, epochs: words.number(2, "EPOCHS", default: 10), chart: words[3])
    case ("segmentation", let picture?):
        try segmentShapes(
            picture: picture, epochs: words.number(2, "EPOCHS", default: 10),
            imageCount: words.number(3, "IMAGES", default: 5000, atLeast: 10))
    case (nil, _):
        print(usage)
    default:
        Runtime.writeStandardError(usage + "\n")
        exit(2)
    }
} catch {
    Runtime.writeStandardError("examples: \(error.localizedDescription)\n")
    exit(1)
}

/// What was typed after the program's name.
struct Words {
    let all: [String]

    subscript(_ place: Int) -> String? { all.indices.contains(place) ? all[place] : nil }

    /// The whole number at a place; `standard` if nothing is there.
    func number(_ place: Int, _ name: String, default standard: Int, atLeast least: Int = 1) throws
        -> Int
    {
        guard let word = self[place] else { return standard }
        guard let number = Int(word), number >= least else {
            throw StrataError("\(name) is a whole number of at least \(least). Received: \(word)")
        }
        return number
    }
}
