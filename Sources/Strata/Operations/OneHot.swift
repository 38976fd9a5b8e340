/// Converts class numbers `[…]` to rows `[…, classes]` that are 1 at the class and 0 elsewhere.
/// - Parameters:
///   - labels: class numbers. The row of a number that is not a class is 0.
///   - classes: the number of classes.
public func oneHot(_ labels: Tensor, classes: Int) -> Tensor {
    let column = labels.reshaped(to: Shape(labels.shape.dimensions + [1]))
    return column .== Tensor((0..<classes).map(Float.init))
}
