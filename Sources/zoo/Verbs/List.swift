import Strata
import StrataModels

extension CommandLineTool {
    static let list = Verb(
        "list", purpose: "Lists the architectures, with the recipes they are trained by."
    ) { _ in
        let head = ["MODEL", "INPUT", "PARAMETERS", "OPTIMIZER", "RATE", "BATCH"]
        let rows = Architecture.all.map { architecture in
            let recipe = architecture.recipe
            return [
                architecture.name,
                architecture.inputShape.dimensions.map(String.init).joined(separator: "×"),
                grouped(architecture.makeModel().parameterCount), recipe.optimizer.rawValue,
                "\(recipe.learningRate)", "\(recipe.batchSize)",
            ]
        }
        print(aligned([head] + rows, right: [2, 4, 5]))
    }

    /// Rows in columns, those in `right` flush right.
    static func aligned(_ rows: [[String]], right: Set<Int>) -> String {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max()! }
        let lines = rows.map { row in
            let cells = row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return right.contains(column) ? space + cell : cell + space
            }
            return cells.joined(separator: "  ")
        }
        return lines.joined(separator: "\n")
    }
}
