import Strata
import StrataDatasets

/// What the classes of a data set are called.
struct ClassNames {
    let names: [String]

    /// - Parameter source: the name of a data set, the folder of one, a folder with a folder of pictures
    ///   for each class, or a text file of a name a line.
    init(_ source: String) throws {
        if let known = Self.known.first(where: { $0.name == source }) {
            names = known.classNames
        } else if let folders = ImageFolderLayout.found(in: source) {
            names = try ImageFolder.classNames(in: folders.train)
        } else if let publication = Publication.found(in: source).first {
            names = try publication.ownClassNames(in: source) ?? publication.classNames
        } else {
            names = try readClassNames(source)
        }
    }

    private static var known: [(name: String, classNames: [String])] {
        Publication.all.map { ($0.identifier, $0.classNames) }
            + [("shapes", Shapes(trainCount: 1, testCount: 1).classNames)]
    }
}
