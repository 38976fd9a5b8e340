import Strata

/// Convolution, pooling and their gradients, cell by cell.
func naiveWindows(
    _ operation: any Strata.Operation, _ x: [NaiveArray], _ shape: [Int]
) -> [NaiveArray]? {
    switch operation {
    case let operation as Convolution:
        var y = NaiveArray.zeros(shape)
        forEachTap(x[0].shape, x[1].shape, operation.window, operation.groups) { pixel, tap, cell in
            y.numbers[cell] += x[0].numbers[pixel] * x[1].numbers[tap]
        }
        return [y]
    case let operation as ConvolutionInputGradient:
        var dx = NaiveArray.zeros(shape)
        forEachTap(shape, x[1].shape, operation.window, operation.groups) { pixel, tap, cell in
            dx.numbers[pixel] += x[0].numbers[cell] * x[1].numbers[tap]
        }
        return [dx]
    case let operation as ConvolutionKernelGradient:
        var dw = NaiveArray.zeros(shape)
        forEachTap(x[0].shape, shape, operation.window, operation.groups) { pixel, tap, cell in
            dw.numbers[tap] += x[0].numbers[pixel] * x[1].numbers[cell]
        }
        return [dw]
    case let operation as MaxPooling:
        var winners = NaiveArray.zeros(shape)
        let y = NaiveArray(shape) { cell in
            var best = -Double.infinity
            for (place, pixel) in cells(of: cell, operation.window, x[0].shape)
            where x[0][pixel] > best {
                best = x[0][pixel]
                winners[cell] = Double(place)
            }
            return best
        }
        return [y, winners]
    case let operation as MaxPoolingGradient:
        var dx = NaiveArray.zeros(shape)
        NaiveArray.forEachIndex(x[0].shape) { cell in
            for (place, pixel) in cells(of: cell, operation.window, shape)
            where Double(place) == x[1][cell] {
                dx[pixel] += x[0][cell]
            }
        }
        return [dx]
    case let operation as AveragePooling:
        return [
            NaiveArray(shape) { cell in
                let inside = cells(of: cell, operation.window, x[0].shape)
                return inside.reduce(0) { $0 + x[0][$1.pixel] } / Double(inside.count)
            }
        ]
    case let operation as AveragePoolingGradient:
        var dx = NaiveArray.zeros(shape)
        NaiveArray.forEachIndex(x[0].shape) { cell in
            let inside = cells(of: cell, operation.window, shape)
            for (_, pixel) in inside { dx[pixel] += x[0][cell] / Double(inside.count) }
        }
        return [dx]
    default:
        return nil
    }
}

/// The padding before each axis, by Keras's rule.
private func paddingBefore(_ window: Window, _ image: [Int]) -> [Int] {
    switch window.padding {
    case .valid: [0, 0]
    case .explicit(let top, _, let left, _): [top, left]
    case .same:
        (0..<2).map { axis in
            let outputs = (image[axis] + window.strides[axis] - 1) / window.strides[axis]
            let extent = (window.size[axis] - 1) * window.dilation[axis] + 1
            let total = (outputs - 1) * window.strides[axis] + extent - image[axis]
            return max(total, 0) / 2
        }
    }
}

/// The pixels of an output cell's window that lie inside the image, with their places in it.
private func cells(
    of cell: [Int], _ window: Window, _ image: [Int]
) -> [(place: Int, pixel: [Int])] {
    let before = paddingBefore(window, [image[1], image[2]])
    var found: [(place: Int, pixel: [Int])] = []
    for r in 0..<window.size[0] {
        for s in 0..<window.size[1] {
            let row = cell[1] * window.strides[0] + r * window.dilation[0] - before[0]
            let column = cell[2] * window.strides[1] + s * window.dilation[1] - before[1]
            guard row >= 0, row < image[1], column >= 0, column < image[2] else { continue }
            found.append((r * window.size[1] + s, [cell[0], row, column, cell[3]]))
        }
    }
    return found
}

/// Every product of a pixel and a kernel's tap that a convolution adds to an output cell, by their
/// positions in `[n, h, w, c]`, `[r, s, c / groups, k]` and `[n, oh, ow, k]`.
private func forEachTap(
    _ x: [Int], _ w: [Int], _ window: Window, _ groups: Int,
    _ body: (_ pixel: Int, _ tap: Int, _ cell: Int) -> Void
) {
    let output = try! window.resolve(Shape(x)).output
    let (channels, filters) = (w[2], w[3])
    for n in 0..<x[0] {
        for i in 0..<output[0] {
            for j in 0..<output[1] {
                let cell = ((n * output[0] + i) * output[1] + j) * filters
                for (place, index) in cells(of: [n, i, j, 0], window, x) {
                    let pixel = ((n * x[1] + index[1]) * x[2] + index[2]) * x[3]
                    for k in 0..<filters {
                        let group = k / (filters / groups)
                        for c in 0..<channels {
                            body(
                                pixel + group * channels + c,
                                (place * channels + c) * filters + k, cell + k)
                        }
                    }
                }
            }
        }
    }
}
