// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "Strata",
    platforms: [.macOS(.v13)],
    products: [
        .library(name: "Strata", targets: ["Strata"]),
        .library(name: "StrataModels", targets: ["StrataModels"]),
        .library(name: "StrataDatasets", targets: ["StrataDatasets"]),
        .library(name: "StrataPlots", targets: ["StrataPlots"]),
        .executable(name: "zoo", targets: ["zoo"]),
    ],
    targets: [
        .target(name: "CStrata", linkerSettings: [.linkedLibrary("z")]),
        .target(name: "Strata", dependencies: ["CStrata"]),
        .target(name: "StrataModels", dependencies: ["Strata"], path: "Models"),
        .target(name: "StrataDatasets", dependencies: ["Strata"], path: "Datasets"),
        .target(name: "StrataPlots", dependencies: ["Strata"]),
        .executableTarget(
            name: "zoo",
            dependencies: ["Strata", "StrataModels", "StrataDatasets", "StrataPlots"]),
        .executableTarget(
            name: "examples",
            dependencies: ["Strata", "StrataModels", "StrataDatasets", "StrataPlots"],
            path: "Sources/Examples"),
        .target(name: "TestSupport", dependencies: ["Strata"], path: "Tests/TestSupport"),
        .testTarget(name: "CStrataTests", dependencies: ["CStrata", "TestSupport"]),
        .testTarget(
            name: "StrataTests", dependencies: ["Strata", "CStrata", "TestSupport"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "StrataModelsTests", dependencies: ["StrataModels"], exclude: ["Fixtures"]),
        .testTarget(
            name: "StrataDatasetsTests", dependencies: ["StrataDatasets", "TestSupport"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "FuzzTests",
            dependencies: ["Strata", "StrataDatasets", "StrataPlots", "TestSupport"],
            exclude: ["LibFuzzer", "Seeds"]),
        .testTarget(
            name: "ExamplesTests", dependencies: ["examples", "StrataDatasets", "TestSupport"]),
        .testTarget(name: "StrataPlotsTests", dependencies: ["StrataPlots", "TestSupport"]),
        .testTarget(
            name: "DocumentationTests",
            dependencies: ["Strata", "StrataModels", "StrataDatasets", "StrataPlots"]),
        .testTarget(
            name: "zooTests",
            dependencies: ["zoo", "Strata", "StrataDatasets", "StrataPlots", "TestSupport"],
            exclude: ["Fixtures"]),
    ]
)
