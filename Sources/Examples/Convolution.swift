import Strata

/// Applies convolutions to a tiny image, without a model: the numbers can be checked by hand.
func convolution() {
    // Images are [batch, height, width, channels], filters [height, width, channels, filters].
    let image = Tensor([
        1, 2, 3, 0,
        0, 1, 2, 3,
        3, 0, 1, 2,
        2, 3, 0, 1,
    ]).reshaped(to: [1, 4, 4, 1])
    let filter = Tensor([
        2, 0, 1,
        0, 1, 2,
        1, 0, 2,
    ]).reshaped(to: [3, 3, 1, 1])

    func show(_ title: String, _ y: Tensor) {
        print("\(title), shape \(y.shape):")
        print(y.reshaped(to: [y.shape[1], y.shape[2]]), terminator: "\n\n")
    }
    show("The image", image)
    show("The filter inside the image", conv2D(image, filter))
    show("The same size", conv2D(image, filter, padding: .same))
    show("With a stride of 2", conv2D(image, filter, strides: [2, 2], padding: .same))

    let frame = Padding.explicit(top: 2, bottom: 2, left: 1, right: 1)
    show("With explicit padding", conv2D(image, filter, padding: frame))
    let padded = pad(image, [(0, 0), (2, 2), (1, 1), (0, 0)])
    show("The image, padded by hand", padded)

    // Applying the filter to every window is a matrix product.
    let columns = im2col(image, size: [3, 3])
    print("The windows as rows of a matrix:\n\(columns)")
    print("times the filter:\n\(matmul(columns, filter.reshaped(to: [9, 1])))\n")

    // A layer has its own filters, with random initial values.
    let layer = Conv2D(2, kernelSize: 3, activation: .relu)
    print("The output of a layer with two filters, shape \(layer(image).shape):\n\(layer(image))")
}
