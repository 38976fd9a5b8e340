/// The transpose of a convolution, which makes images larger: the input gradient of the convolution from
/// the larger images to the smaller ones.
/// - Parameters:
///   - x: the images, `[batch, height, width, channels]`.
///   - kernel: the kernel, `[height, width, filters, channels]`.
///   - strides: the factors by which images grow; 1 by default.
///   - padding: the padding of the convolution, `.valid` (the default) or `.same`.
///   - outputPadding: rows and columns added at the end, less than the strides; by default as in Keras.
///   - dilation: the distances between the cells of the window; 1 by default.
/// - Returns: `[batch, new height, new width, filters]`.
public func conv2DTranspose(
    _ x: Tensor, _ kernel: Tensor, strides: [Int] = [1, 1], padding: Padding = .valid,
    outputPadding: [Int]? = nil, dilation: [Int] = [1, 1]
) -> Tensor {
    if let failed = [x, kernel].first(where: { $0.error != nil }) { return failed }
    guard x.rank == 4, kernel.rank == 4, kernel.shape[3] == x.shape[3] else {
        return Tensor(
            error: StrataError(
                "A transposed convolution needs images of shape [batch, height, width, channels] and "
                    + "a kernel of shape [height, width, filters, channels], but got \(x.shape) and "
                    + "\(kernel.shape)"))
    }
    let window = Window(
        size: [kernel.shape[0], kernel.shape[1]], strides: strides, dilation: dilation,
        padding: padding)
    do {
        try window.check()
        try x.shape.checkIsImages()
        let added = outputPadding ?? [0, 0]
        guard added.count == 2, added.allSatisfy({ $0.magnitude <= Tensor.sizeLimit }) else {
            throw StrataError("outputPadding must be a height and a width, but got \(added)")
        }
        let large = (0..<2).map { axis in
            let extent = window.extent(axis)
            let size = x.shape[axis + 1]
            if let outputPadding {
                let cut = padding == .same ? 2 * (extent / 2) : 0
                return (size - 1) * strides[axis] + extent - cut + outputPadding[axis]
            }
            return size * strides[axis] + (padding == .same ? 0 : max(extent - strides[axis], 0))
        }
        if case .explicit = padding {
            throw StrataError(
                "The padding of a transposed convolution must be .valid or .same, but got \(padding)"
            )
        }
        let shape: Shape = [x.shape[0], large[0], large[1], kernel.shape[2]]
        guard large.allSatisfy({ $0 > 0 }),
            try window.resolve(shape).output == [x.shape[1], x.shape[2]]
        else {
            throw StrataError(
                "No input size gives an output of \(x.shape[1])×\(x.shape[2]) with these settings: "
                    + "strides \(strides), outputPadding \(outputPadding ?? [])")
        }
        return Tensor.record(
            ConvolutionInputGradient(window: window, groups: 1, shape: shape), x, kernel)
    } catch {
        return Tensor(error: StrataError(error))
    }
}
