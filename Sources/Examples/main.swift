import Foundation
import Strata

// Small programs to read and to change: swift run -c release examples NAME …

let words = CommandLine.arguments.dropFirst().map { $0 }
do {
    switch words.first {
    case "convolution":
        convolution()
    case "tape" where words.count > 1:
        try trainWithTape(
            directory: words[1], epochs: words.count > 2 ? Int(words[2]) ?? 20 : 20,
            seed: words.count > 3 ? UInt64(words[3]) ?? 0 : 0)
    default:
        print(
            """
            usage: examples convolution                  what a convolution is, on a tiny image
                   examples tape DIR [EPOCHS] [SEED]     Fashion-MNIST in DIR, without a model or fit
            """)
        exit(words.isEmpty ? 0 : 2)
    }
} catch {
    FileHandle.standardError.write(Data("examples: \(error.localizedDescription)\n".utf8))
    exit(1)
}
