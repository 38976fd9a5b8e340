import Foundation
import Strata

/// Resampling and its gradient, pixel by pixel.
func naiveResampling(
    _ operation: any Strata.Operation, _ x: [NaiveArray], _ shape: [Int]
) -> [NaiveArray]? {
    switch operation {
    case let operation as Resampling:
        return [
            NaiveArray(shape) { cell in
                taps(of: cell, operation, x[0].shape, x[1]).reduce(0) { sum, tap in
                    sum + tap.weight * (tap.pixel.map { x[0][$0] } ?? Double(operation.border.fill))
                }
            }
        ]
    case let operation as ResamplingGradient:
        var dx = NaiveArray.zeros(shape)
        NaiveArray.forEachIndex(x[0].shape) { cell in
            for tap in taps(of: cell, operation.forward, shape, x[1]) {
                if let pixel = tap.pixel { dx[pixel] += tap.weight * x[0][cell] }
            }
        }
        return [dx]
    default:
        return nil
    }
}

/// The index that TensorFlow's `MapCoordinate<WRAP>` reads at.
private func wrapped(_ index: Double, _ size: Int) -> Double {
    if size < 2 { return 0 }
    let last = Double(size - 1)
    var index = index
    if index < 0 {
        index += Double(size) * ((-index / last).rounded(.down) + 1)
    } else if index > last {
        index -= Double(size) * (index / last).rounded(.down)
    }
    return min(max(index, 0), last)
}

/// The pixels an output cell is made of, nil for what lies beyond a constant border.
private func taps(
    of cell: [Int], _ operation: Resampling, _ image: [Int], _ map: NaiveArray
) -> [(pixel: [Int]?, weight: Double)] {
    func axis(_ axis: Int) -> [(place: Int?, weight: Double)] {
        let entry = map.shape[0] == 1 ? 0 : cell[0]
        let (start, down, across) = (
            map[[entry, 3 * axis]], map[[entry, 3 * axis + 1]], map[[entry, 3 * axis + 2]]
        )
        // Of the pixel that begins here, in which the centre is.
        var position =
            start + (Double(cell[1]) + 0.5) * down + (Double(cell[2]) + 0.5) * across - 0.5
        let size = image[axis + 1]
        if case .wrap = operation.border { position = wrapped(position, size) }
        func place(_ place: Int) -> Int? {
            switch operation.border {
            case .constant: return (0..<size).contains(place) ? place : nil
            case .nearest: return min(max(place, 0), size - 1)
            case .wrap: return min(max(place, 0), size - 1)
            case .reflect:
                var place = place
                while !(0..<size).contains(place) {
                    place = place < 0 ? -1 - place : 2 * size - 1 - place
                }
                return place
            }
        }
        if operation.interpolation == .nearest {
            return [(place(Int((position + 0.5).rounded(.down))), 1)]
        }
        let first = position.rounded(.down)
        return [
            (place(Int(first)), 1 - (position - first)),
            (place(Int(first) + 1), position - first),
        ].filter { $0.weight != 0 }
    }
    return axis(0).flatMap { row in
        axis(1).map { column in
            let pixel = row.place.flatMap { r in column.place.map { [cell[0], r, $0, cell[3]] } }
            return (pixel, row.weight * column.weight)
        }
    }
}
