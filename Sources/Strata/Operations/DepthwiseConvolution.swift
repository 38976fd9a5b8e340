/// Convolves each channel of images with its own kernels.
/// - Parameters:
///   - x: the images, `[batch, height, width, channels]`.
///   - kernel: the kernels, `[height, width, channels, multiplier]`.
///   - strides: the steps of the window down and to the right; 1 by default.
///   - padding: how the borders are padded; not at all (`.valid`) by default.
///   - dilation: the distances between the cells of the window; 1 by default.
/// - Returns: `[batch, new height, new width, channels · multiplier]`.
public func depthwiseConv2D(
    _ x: Tensor, _ kernel: Tensor, strides: [Int] = [1, 1], padding: Padding = .valid,
    dilation: [Int] = [1, 1]
) -> Tensor {
    guard kernel.rank == 4 else {
        return Tensor(
            error: kernel.error
                ?? StrataError(
                    "A depthwise convolution needs a kernel of shape [height, width, channels, "
                        + "multiplier], but got \(kernel.shape)"))
    }
    let shape = kernel.shape
    return conv2D(
        x, kernel.reshaped(to: [shape[0], shape[1], 1, shape[2] * shape[3]]), strides: strides,
        padding: padding, dilation: dilation, groups: shape[2])
}
