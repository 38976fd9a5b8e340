/// Class numbers `[…]` as rows `[…, classes]` that are 1 at the class and 0 elsewhere.
public func oneHot(_ labels: Tensor, classes: Int) -> Tensor {
    let column = labels.reshaped(to: Shape(labels.shape.dimensions + [1]))
    return column .== Tensor((0..<classes).map(Float.init))
}
