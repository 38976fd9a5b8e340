import Foundation
import Strata
import StrataDatasets

extension CommandLineTool {
    static let data = Verb(
        "data", .required("NAME"), purpose: "Writes a generated data set to files: shapes.",
        options: [Options.out],
        remarks: "shapes: 12,000 images of ten drawn shapes, as cifar10_{train,test}_{X,y}.npy."
    ) { arguments in
        let name = arguments.operands[0]
        guard name == "shapes" else {
            throw UsageError(unknown: "data set", name, among: ["shapes"], see: "zoo help data")
        }
        let directory = try arguments.required(Options.out)
        try makeFolder(directory)
        let data = Shapes()
        try data.writeFiles(to: directory, prefix: "cifar10")
        print(
            "\(grouped(data.train.count)) images to train with and \(grouped(data.test.count)) to "
                + "test with are in \(directory); try: zoo train --data \(directory)")
    }
}
