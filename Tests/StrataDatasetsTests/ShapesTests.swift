import Foundation
import Strata
import StrataDatasets
import Testing

@Test func dump() throws {
    let start = Date()
    let shapes = Shapes()
    print("generated in", Date().timeIntervalSince(start))
    try FileManager.default.createDirectory(atPath: "/tmp/shapes", withIntermediateDirectories: true)
    try shapes.writeFiles(to: "/tmp/shapes", prefix: "shapes")
}
