import Strata
import StrataDatasets

/// What the classes of a data set are called.
struct ClassNames {
    let names: [String]

    /// - Parameter source: the name of a data set, a folder with a folder of pictures for each class, or
    ///   a text file of a name a line.
    init(_ source: String) throws {
        if let known = Self.known.first(where: { $0.name == source }) {
            names = known.classNames
            return
        }
        if ImageFolder.isFound(in: source) {
            names = try ImageFolder.classNames(in: source)
            return
        }
        let file = try FileBytes(path: source)
        names = String(decoding: file.bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
            .map(String.init)
        guard !names.isEmpty else { throw StrataError("\(source) has no names of classes.") }
    }

    private static var known: [(name: String, classNames: [String])] {
        Publication.all.map { ($0.identifier, $0.classNames) }
            + [("shapes", Shapes(trainCount: 1, testCount: 1).classNames)]
    }
}
