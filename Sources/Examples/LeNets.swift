import Foundation
import Strata
import StrataDatasets
import StrataModels
import StrataPlots

/// Compares LeNet-5 as in 1998, with sigmoids and average pooling, with a modern LeNet-5, with ReLU and max
/// pooling: same sizes, data, order and optimizer.
func compareLeNets(directory: String, epochs: Int, chart: String?) throws {
    if let chart { try Canvas.check(chart) }
    let data = try MNIST(directory: directory)
    let epochNames = (1...epochs).map { "test accuracy, epoch \($0)" }
    var table = [["", "parameters"] + epochNames + ["time"]]
    var curves: [LineChart.Series] = []
    for (name, model) in [("1998", LeNet5()), ("today", LeNet5(modern: true))] {
        try model.compile(
            optimizer: Adam(), loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
        let start = ContinuousClock.now
        let history = try model.fit(
            data.train, batchSize: 128, epochs: epochs,
            validationData: data.test)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let accuracies = history["val_accuracy"]!
        table.append(
            [name, "\(model.parameterCount)"]
                + accuracies.map { String(format: "%.2f %%", $0 * 100) }
                + [String(format: "%.1f s", seconds)])
        curves.append(.init("LeNet-5, \(name)", accuracies))
    }
    for (heading, cells) in zip(table[0], zip(table[1], table[2])) {
        print(heading.padded(to: 24, atEnd: true), cells.0.padded(to: 10), cells.1.padded(to: 10))
    }
    if let chart {
        let title = "Test accuracy on MNIST"
        try LineChart(title, series: curves).canvas().write(to: chart, title: title)
    }
}

extension String {
    /// Pads the string with spaces to a width, on the left or at the end.
    fileprivate func padded(to width: Int, atEnd: Bool = false) -> String {
        let spaces = String(repeating: " ", count: max(0, width - count))
        return atEnd ? self + spaces : spaces + self
    }
}
