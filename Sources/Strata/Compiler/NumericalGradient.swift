/// Estimates the gradient of a scalar function by central differences: `(f(x + h) - f(x - h)) / 2h` for
/// each number of each tensor.
///
/// It calls the function twice for each number, so it is slow: use it to check gradients. Functions are
/// computed in float32, so differences of a result of size 1 are accurate to about 1e-7 / `step`.
///
/// - Parameters:
///   - function: maps the tensors to a scalar, or to numbers that are summed.
///   - sources: the tensors to differentiate with respect to.
///   - step: the step h; 1e-3 by default.
/// - Returns: a tensor of the shape of each source.
public func numericalGradient(
    of function: ([Tensor]) throws -> Tensor, wrt sources: [Tensor], step: Float = 1e-3
) throws -> [Tensor] {
    let scalars = try sources.map { try $0.computedScalars() }
    return try sources.indices.map { source in
        var changed = sources
        let gradient = try centralDifferences(
            at: scalars[source], positions: Array(scalars[source].indices), step: step
        ) { numbers in
            changed[source] = Tensor(shape: sources[source].shape, scalars: numbers)
            return try function(changed)
        }
        return Tensor(shape: sources[source].shape, scalars: gradient)
    }
}

/// Estimates the gradient of a scalar function of one tensor by central differences.
/// - Parameters:
///   - function: maps the tensor to a scalar, or to numbers that are summed.
///   - source: the tensor to differentiate with respect to.
///   - step: the step h; 1e-3 by default.
public func numericalGradient(
    of function: (Tensor) throws -> Tensor, wrt source: Tensor, step: Float = 1e-3
) throws -> Tensor {
    try numericalGradient(of: { try function($0[0]) }, wrt: [source], step: step)[0]
}

/// Estimates the gradient of a scalar function of variables by central differences. The variables have
/// their own values again when it returns or throws.
/// - Parameters:
///   - function: computes a scalar from the values of the variables, which it reads itself.
///   - variables: the variables to differentiate with respect to.
///   - step: the step h; 1e-3 by default.
public func numericalGradient(
    of function: () throws -> Tensor, wrt variables: [Variable], step: Float = 1e-3
) throws -> [Tensor] {
    try variables.map { variable in
        let positions = Array(0..<variable.shape.count)
        let gradient = try centralDifferences(
            of: function, wrt: variable, positions: positions, step: step)
        return Tensor(shape: variable.shape, scalars: gradient)
    }
}

/// The central differences of a function with respect to some numbers of a variable.
package func centralDifferences(
    of function: () throws -> Tensor, wrt variable: Variable, positions: [Int], step: Float
) throws -> [Float] {
    let scalars = try variable.value.computedScalars()
    defer { variable.assign(scalars) }
    return try centralDifferences(at: scalars, positions: positions, step: step) { numbers in
        variable.assign(numbers)
        return try function()
    }
}

private func centralDifferences(
    at scalars: [Float], positions: [Int], step: Float, _ function: ([Float]) throws -> Tensor
) throws -> [Float] {
    try positions.map { position in
        /// The function with one number changed, and that number as it was rounded.
        func value(_ offset: Float) throws -> (at: Float, result: Double) {
            var numbers = scalars
            numbers[position] += offset
            let result = try function(numbers).computedScalars()
            return (numbers[position], result.reduce(0) { $0 + Double($1) })
        }
        let (above, below) = (try value(step), try value(-step))
        return Float((above.result - below.result) / Double(above.at - below.at))
    }
}
