import Foundation
import Strata
import StrataDatasets

extension CommandLineTool {
    static let data = Verb(
        "data", .either("NAME", or: ["check", "cache"], "DIR"),
        purpose:
            "Downloads a data set, or writes a generated one: \(names). Or checks pictures, or decodes them.",
        options: [Options.folder, Options.imageSize, Options.channels] + PictureOptions.all,
        remarks: """
            The files are fetched from their publishers' addresses and checked (SHA-256); what is already
            there is not fetched again. Without --output they go where programs that use StrataDatasets look
            for them, \(DatasetCache.directory)/NAME.
            shapes: 12,000 images of ten drawn shapes, as cifar10_{train,test}_{X,y}.npy, with the
            names of their classes in cifar10_class_names.txt.
            check: reads every picture in DIR, a folder for each class or such folders in train, validation
            and test; prints how many each class has, their sizes, files that are the same, and what is
            wrong. The exit status is 1 if anything is.
            cache: decodes the pictures in DIR and resizes them to --image-size, into the file of --cache,
            from which zoo train and zoo evaluate read them with the same options.
            """
    ) { arguments in
        let name = arguments.operands[0]
        if name == "check" { return try checkPictures(in: arguments.operands[1]) }
        if name == "cache" { return try cachePictures(arguments) }
        if name == "shapes" {
            return try writeShapes(to: arguments.required(Options.folder))
        }
        guard let publication = published.first(where: { $0.identifier == name }) else {
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

    private static let published = Publication.all.filter(\.isDownloadable)
    private static let names =
        (published.map(\.identifier) + ["shapes"]).joined(separator: ", ")

    private static func cachePictures(_ arguments: Arguments) throws {
        let directory = arguments.operands[1]
        let file = try arguments.required(Options.cache)
        let size = try arguments.required(Options.imageSize)
        let pictures = try arguments.pictures(
            in: directory, [size.height, size.width, arguments[Options.channels] ?? 3])
        try pictures.readAll()
        print("\(counted(pictures.count, "picture")) of \(directory) are in \(file).")
    }

    private static func writeShapes(to directory: String) throws {
        try Folder.make(directory)
        let data = Shapes()
        try data.writeFiles(to: directory, prefix: "cifar10")
        describe(data, in: directory)
    }

    private static func describe(_ data: any Dataset, in directory: String) {
        print(
            "\(grouped(data.train.count)) training images and \(grouped(data.test.count)) test "
                + "images are in \(directory); try: zoo train --data \(directory)")
    }
}
