import Foundation
import Strata

// Example programs to read and to change: swift run -c release examples NAME …

let usage = """
    usage: examples convolution                           convolutions of a tiny image
           examples tape DIR [EPOCHS] [SEED]              a training loop with a tape; Fashion-MNIST in DIR
           examples lenets DIR [EPOCHS] [CHART]           LeNet as in 1998 and today; MNIST in DIR
           examples segmentation FILE [EPOCHS] [IMAGES]   segmentation with U-Net; draws predictions to FILE
    """
let words = Words(all: Array(CommandLine.arguments.dropFirst()))
do {
    switch (words[0], words[1]) {
    case ("convolution", _):
        convolution()
    case ("tape", let directory?):
        try trainWithTape(
            directory: directory, epochs: words.number(2, "EPOCHS", default: 20),
            seed: UInt64(words.number(3, "SEED", default: 0, in: 0...Int.max)))
    case ("lenets", let directory?):
        try compareLeNets(
            directory: directory, epochs: words.number(2, "EPOCHS", default: 10), chart: words[3])
    case ("segmentation", let picture?):
        try segmentShapes(
            picture: picture, epochs: words.number(2, "EPOCHS", default: 10),
            imageCount: words.number(3, "IMAGES", default: 5000, in: 10...1_000_000))
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

/// The arguments of the program.
struct Words {
    let all: [String]

    subscript(_ place: Int) -> String? { all.indices.contains(place) ? all[place] : nil }

    /// The whole number at a position; `standard` if there is no argument.
    func number(
        _ place: Int, _ name: String, default standard: Int, in range: ClosedRange<Int> = 1...10_000
    ) throws -> Int {
        guard let word = self[place] else { return standard }
        guard let number = Int(word), range.contains(number) else {
            throw StrataError(
                "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound), but "
                    + "got \(word)")
        }
        return number
    }
}
