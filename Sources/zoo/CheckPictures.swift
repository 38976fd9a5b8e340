import Strata
import StrataDatasets

extension CommandLineTool {
    /// Reads every picture in a folder of folders, prints what there is, and throws if something is wrong.
    static func checkPictures(in directory: String) throws {
        guard let folders = ImageFolderLayout.found(in: directory) else {
            throw StrataError(
                "There are no folders with pictures in \(directory): one for each class is expected."
            )
        }
        var problems: [String] = []
        var classNames: [String]?
        for folder in folders.all {
            let check = try ImageFolderCheck(folder)
            print(check.text(folder))
            problems += check.problems
            let names = check.classes.map(\.name)
            if let expected = classNames, names != expected {
                problems.append(
                    "The classes in \(folder), \(names.joined(separator: ", ")), are not those in "
                        + "\(folders.train), \(expected.joined(separator: ", ")).")
            }
            classNames = classNames ?? names
        }
        guard !problems.isEmpty else { return print("Nothing is wrong.") }
        for problem in problems { print(problem) }
        throw StrataError("\(counted(problems.count, "problem")) in \(directory).")
    }
}

extension ImageFolderCheck {
    /// The numbers of classes and sizes, a line each, and the files that are the same.
    fileprivate func text(_ folder: String) -> String {
        let width = classes.map(\.name.count).max() ?? 0
        var lines = [
            "\(folder): \(counted(count, "picture")) of \(counted(classes.count, "class"))"
        ]
        lines += classes.map { name, count in
            "  \(name)\(String(repeating: " ", count: width - name.count))  \(grouped(count))"
        }
        let shown = sizes.prefix(5).map { "\($0.width)×\($0.height) (\(grouped($0.count)))" }
        let rest = sizes.count - shown.count
        lines.append(
            "sizes: " + shown.joined(separator: ", ")
                + (rest > 0 ? " and \(counted(rest, "other size"))" : ""))
        if !duplicates.isEmpty {
            lines.append("the same file more than once:")
            lines += duplicates.map { "  " + $0.joined(separator: " = ") }
        }
        return lines.joined(separator: "\n")
    }
}
