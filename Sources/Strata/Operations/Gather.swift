import CStrata

/// Gathers rows of a data set as scaled float32: data `[rows, …]` of any type and indices `[n]` (int64) to
/// `[n, …]`. Without indices, all rows in order.
package struct Gather: Operation {
    package let scale: Float
    package let swapped: Bool

    package var name: String { "gather" }

    package func infer(_ inputs: [TensorType]) throws -> [TensorType] {
        var shape = inputs[0].shape
        if inputs.count > 1 { shape[0] = inputs[1].shape[0] }
        return [TensorType(shape)]
    }

    package func gradients(_ flow: GradientFlow) -> [Tensor?] {
        // Gathered data has no gradient; a scaled cast of floats passes its gradient on.
        flow.inputs.count == 1 && flow.inputs[0].dtype == .float32
            ? [flow.cotangent * scale] : [nil, nil]
    }

    package func lower(_ lowering: Lowering, inputs: [Int], outputs: [Int]) {
        let shape = lowering.shape(outputs[0])
        var arguments = strata_gather_args()
        // A batch is gathered row by row; all rows in order are cast in equal pieces.
        let columns =
            inputs.count > 1
            ? shape.count / max(1, shape[0])
            : stride(from: min(shape.count, 4096), to: 1, by: -1).first { shape.count % $0 == 0 }
                ?? 1
        let rows = inputs.count > 1 ? shape[0] : shape.count / columns
        arguments.rows = Int64(rows)
        arguments.columns = Int64(columns)
        arguments.dtype = Int32(lowering.type(inputs[0]).dtype.code.rawValue)
        arguments.swapped = swapped ? 1 : 0
        arguments.scale = scale
        var step = lowering.step(name, lowering.kernels.gather, arguments)
        step.read(\strata_gather_args.source, inputs[0])
        if inputs.count > 1 { step.read(\strata_gather_args.index, inputs[1]) }
        step.write(\strata_gather_args.result, outputs[0])
        step.units = rows
        step.flops = shape.count
        lowering.emit(step)
    }
}

extension DType {
    var code: strata_dtype {
        switch self {
        case .uint8: STRATA_UINT8
        case .int8: STRATA_INT8
        case .uint16: STRATA_UINT16
        case .int16: STRATA_INT16
        case .uint32: STRATA_UINT32
        case .int32: STRATA_INT32
        case .uint64: STRATA_UINT64
        case .int64: STRATA_INT64
        case .float16: STRATA_FLOAT16
        case .float32: STRATA_FLOAT32
        case .float64: STRATA_FLOAT64
        case .bool: STRATA_BOOL
        }
    }
}

/// Converts a tensor to float32.
public func cast(_ x: Tensor) -> Tensor {
    x.dtype == .float32 ? x : Tensor.record(Gather(scale: 1, swapped: false), x)
}
