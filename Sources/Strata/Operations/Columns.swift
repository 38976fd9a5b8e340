// Windows as the rows of a matrix: what turns convolution and pooling into matrix products and
// reductions (Chellapilla, Puri and Simard, "High Performance Convolutional Neural Networks for
// Document Processing", 2006). The compiled convolutions do without; this is for reading, for
// teaching, and for operations on windows that Strata does not have.

/// Arranges every window of images `[batch, height, width, channels]` as a row of a matrix.
///
/// ```swift
/// let images = Tensor(randomNormal: [8, 12, 12, 3], seed: 0)
/// let kernel = Tensor(randomNormal: [5, 5, 3, 16], seed: 1)
/// let columns = im2col(images, size: [5, 5])  // [8·8·8, 5·5·3]
/// let convolved = matmul(columns, kernel.reshaped(to: [75, 16]))  // conv2D(images, kernel)
/// let pooled = columns.reshaped(to: [512, 25, 3]).max(axes: [1])  // maxPool2D(images, size: [5, 5])
/// ```
///
/// - Parameters:
///   - x: the images.
///   - size: the height and width of the window.
///   - strides: the steps of the window down and to the right; 1 by default.
///   - padding: how the borders are padded; not at all (`.valid`) by default.
///   - dilation: the distances between the cells of the window; 1 by default.
/// - Returns: `[batch · new height · new width, window height · window width · channels]`, with the numbers
///   of a row in the order of a convolution's kernel. Cells of the padding are zero.
public func im2col(
    _ x: Tensor, size: [Int], strides: [Int] = [1, 1], padding: Padding = .valid,
    dilation: [Int] = [1, 1]
) -> Tensor {
    if x.error != nil { return x }
    do {
        let windows = try Windows(
            Window(size: size, strides: strides, dilation: dilation, padding: padding), x.shape)
        let padded = x.padded(before: windows.before, after: windows.after)
        let cells = windows.cells.map { cell in
            padded.sliced(from: cell, size: windows.places, steps: windows.steps)
        }
        let rows = windows.places.dropLast().reduce(1, *)
        return Tensor.concatenate(cells)
            .reshaped(to: [rows, windows.cells.count * x.shape[3]])
    } catch {
        return Tensor(error: StrataError(error))
    }
}

/// The reverse of ``im2col(_:size:strides:padding:dilation:)``, which is also its gradient: every
/// row is added to the images at its window's place.
///
/// - Parameters:
///   - columns: the rows, `[batch · new height · new width, window height · window width · channels]`.
///   - shape: the shape of the images, `[batch, height, width, channels]`.
///   - size: the height and width of the window.
///   - strides: the steps of the window down and to the right; 1 by default.
///   - padding: how the borders are padded; not at all (`.valid`) by default.
///   - dilation: the distances between the cells of the window; 1 by default.
/// - Returns: images of that shape. Where windows overlap, their numbers are summed. The padding is dropped.
public func col2im(
    _ columns: Tensor, shape: Shape, size: [Int], strides: [Int] = [1, 1],
    padding: Padding = .valid, dilation: [Int] = [1, 1]
) -> Tensor {
    if columns.error != nil { return columns }
    do {
        let windows = try Windows(
            Window(size: size, strides: strides, dilation: dilation, padding: padding), shape)
        let channels = shape[3]
        let places = windows.places
        let expected: Shape = [places[0] * places[1] * places[2], windows.cells.count * channels]
        guard columns.shape == expected else {
            throw StrataError(
                "The windows of images of shape \(shape) are columns of shape \(expected), "
                    + "but got \(columns.shape)")
        }
        let cells = columns.reshaped(
            to: [places[0], places[1], places[2], windows.cells.count * channels])
        let whole = zip(zip(windows.before, shape.dimensions), windows.after).map {
            $0.0 + $0.1 + $1
        }
        var sum = Tensor.zeros(Shape(whole))
        for (number, cell) in windows.cells.enumerated() {
            let part = cells.sliced(from: [0, 0, 0, number * channels], size: places)
            let after = whole.indices.map { axis in
                whole[axis] - cell[axis] - windows.extents[axis]
            }
            sum += part.padded(before: cell, after: after, steps: windows.steps)
        }
        return sum.sliced(from: windows.before, size: shape.dimensions)
    } catch {
        return Tensor(error: StrataError(error))
    }
}

/// Where the windows of images are, all sizes along the axes `[batch, height, width, channels]`.
private struct Windows {
    /// The padding.
    let before: [Int]
    let after: [Int]
    /// Each cell of the first window, in the padded images.
    let cells: [[Int]]
    /// How many windows there are, how far apart, and how far from the first to the last.
    let places: [Int]
    let steps: [Int]
    let extents: [Int]

    init(_ window: Window, _ shape: Shape) throws {
        let (output, first, dilation) = try window.tightened(for: shape)
        places = [shape[0], output[0], output[1], shape[3]]
        steps = [1, window.strides[0], window.strides[1], 1]
        let extents = zip(places, steps).map { $0 == 0 ? 0 : ($0 - 1) * $1 + 1 }
        self.extents = extents
        before = [0, first[0], first[1], 0]
        // As far as the last window reaches.
        after =
            [0]
            + (0..<2).map { axis in
                let reach = (window.size[axis] - 1) * dilation[axis]
                return max(0, extents[axis + 1] + reach - first[axis] - shape[axis + 1])
            } + [0]
        cells = (0..<window.size[0]).flatMap { row in
            (0..<window.size[1]).map { column in
                [0, row * dilation[0], column * dilation[1], 0]
            }
        }
    }
}
