import Strata
import StrataModels

extension CommandLineTool {
    static let list = Verb(
        "list", purpose: "Lists the architectures.",
        options: [Options.recipes, Options.check, Options.data],
        remarks: """
            Multiply-adds are those of one image; the depth counts the layers with a kernel on the
            longest way from input to output. The accuracy is that of the test images after a default run
            of ten epochs, on MNIST or on the generated shapes; --check trains every network that has one
            and compares, for which --data is the folder of MNIST (by default, where 'zoo data mnist'
            puts it).
            """
    ) { arguments in
        if arguments.has(Options.check) {
            return try LearningCheck(mnist: arguments[Options.data]).run()
        }
        print(arguments.has(Options.recipes) ? recipes : architectures)
    }

    private static var architectures: String {
        let head = [
            "MODEL", "INPUT", "PARAMETERS", "MULTIPLY-ADDS", "DEPTH", "ACCURACY", "YEAR", "PAPER",
        ]
        let rows = Architecture.all.map { architecture in
            let model = architecture.makeModel()
            return [
                architecture.name,
                architecture.inputShape.dimensions.map(String.init).joined(separator: "×"),
                grouped(model.parameterCount), SummaryTable.scaled(model.multiplyAdds),
                "\(model.depth)", architecture.recipe.accuracy.map(\.description) ?? "",
                "\(architecture.source.year)", architecture.source.text,
            ]
        }
        return aligned([head] + rows, right: [2, 3, 4])
    }

    private static var recipes: String {
        let head = ["MODEL", "OPTIMIZER", "RATE", "BATCH"]
        let rows = Architecture.all.map { architecture in
            let recipe = architecture.recipe
            return [
                architecture.name, recipe.optimizer.name, "\(recipe.learningRate)",
                "\(recipe.batchSize)",
            ]
        }
        return aligned([head] + rows, right: [2, 3])
    }

    /// Rows in columns, those in `right` flush right.
    static func aligned(_ rows: [[String]], right: Set<Int>) -> String {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max()! }
        let lines = rows.map { row in
            let cells = row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                if right.contains(column) { return space + cell }
                return column == row.count - 1 ? cell : cell + space
            }
            return cells.joined(separator: "  ")
        }
        return lines.joined(separator: "\n")
    }
}
