import Foundation
import Strata
import StrataDatasets

extension CommandLineTool {
    static let data = Verb(
        "data", .required("NAME"),
        purpose: "Downloads a data set, or writes a generated one: \(names).",
        options: [Options.folder],
        remarks: """
            The files are fetched from their publishers' addresses and checked (SHA-256); what is already
            there is not fetched again. Without --output they go where programs that use StrataDatasets look
            for them, \(DatasetCache.directory)/NAME.
            shapes: 12,000 images of ten drawn shapes, as cifar10_{train,test}_{X,y}.npy.
            """
    ) { arguments in
        let name = arguments.operands[0]
        if name == "shapes" {
            return try writeShapes(to: arguments.required(Options.folder))
        }
        guard let publication = Publication.all.first(where: { $0.identifier == name }) else {
            throw UsageError(
                unknown: "data set", name, among: names.components(separatedBy: ", "),
                see: "zoo help data")
        }
        let directory =
            arguments[Options.folder] ?? "\(DatasetCache.directory)/\(publication.identifier)"
        try publication.download(to: directory, progress: .standardError)
        let data = try publication.load(from: directory)
        describe(data, in: directory)
    }

    private static let names =
        (Publication.all.map(\.identifier) + ["shapes"]).joined(separator: ", ")

    private static func writeShapes(to directory: String) throws {
        try Folder.make(directory)
        let data = Shapes()
        try data.writeFiles(to: directory, prefix: "cifar10")
        describe(data, in: directory)
    }

    private static func describe(_ data: any Dataset, in directory: String) {
        print(
            "\(grouped(data.train.count)) images to train with and \(grouped(data.test.count)) to "
                + "test with are in \(directory); try: zoo train --data \(directory)")
    }
}
