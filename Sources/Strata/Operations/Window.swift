/// How the borders of images are padded with zeros.
public enum Padding: Hashable, Sendable {
    /// No padding: windows lie inside the image.
    case valid
    /// Padding that makes the output `ceil(size / stride)`, with an odd cell at the end.
    case same
    /// A number of rows and columns on each side.
    case explicit(top: Int, bottom: Int, left: Int, right: Int)
}

/// A window sliding over an image: its size, stride, dilation and padding, along both axes.
package struct Window: Hashable, Sendable {
    package var size: [Int]
    package var strides: [Int]
    package var dilation = [1, 1]
    package var padding: Padding

    /// The limit of sizes, strides, dilations and paddings, so that arithmetic on them does not overflow.
    private static let limit = Tensor.sizeLimit

    /// Checks the window.
    /// - Throws: ``StrataError`` if it is invalid for any image.
    package func check() throws {
        guard size.count == 2, strides.count == 2, dilation.count == 2 else {
            throw StrataError(
                "A window needs two sizes, strides and dilations: of height and width, "
                    + "but got size \(size), strides \(strides), dilation \(dilation)")
        }
        guard (size + strides + dilation).allSatisfy({ (1...Self.limit).contains($0) }) else {
            throw StrataError(
                "A window needs sizes, strides and dilations of at least 1 and at most "
                    + "\(Self.limit), but got size \(size), strides \(strides), "
                    + "dilation \(dilation)")
        }
        if case .explicit(let top, let bottom, let left, let right) = padding,
            ![top, bottom, left, right].allSatisfy({ (0...Self.limit).contains($0) })
        {
            throw StrataError("padding must be from 0 to \(Self.limit), but got \(padding)")
        }
    }

    /// The extent along an axis from the first cell to the last.
    package func extent(_ axis: Int) -> Int { (size[axis] - 1) * dilation[axis] + 1 }

    /// The output size, and the padding before the image, along height and width.
    /// - Parameter images: `[batch, height, width, channels]`.
    package func resolve(_ images: Shape) throws -> (output: [Int], before: [Int]) {
        try check()
        try images.checkIsImages()
        let input = [images[1], images[2]]
        var output = [0, 0]
        var before = [0, 0]
        for axis in 0..<2 {
            switch padding {
            case .same:
                output[axis] = (input[axis] + strides[axis] - 1) / strides[axis]
                let total = (output[axis] - 1) * strides[axis] + extent(axis) - input[axis]
                before[axis] = max(0, total) / 2
            case .valid, .explicit:
                var after = 0
                if case .explicit(let top, let bottom, let left, let right) = padding {
                    before[axis] = axis == 0 ? top : left
                    after = axis == 0 ? bottom : right
                }
                let room = input[axis] + before[axis] + after - extent(axis)
                guard room >= 0 else {
                    throw StrataError(
                        "A window of \(size[0])x\(size[1])"
                            + (dilation == [1, 1] ? "" : " dilated by \(dilation)")
                            + " does not fit into an image of \(input[0])x\(input[1])"
                            + (padding == .valid ? " with valid padding." : " with its padding."))
                }
                output[axis] = room / strides[axis] + 1
            }
        }
        return (output, before)
    }

    /// As ``resolve(_:)``, with the dilation to compute with. If the dilation is so large that along an axis
    /// at most one cell of a window meets the image, this is a smaller one with which the same cells meet
    /// the same pixels, so that the padding is not many times the image.
    package func tightened(
        for images: Shape
    ) throws -> (output: [Int], before: [Int], dilation: [Int]) {
        var (output, before) = try resolve(images)
        var dilation = dilation
        for axis in 0..<2 {
            // A cell meets the image for some output if its position in the first window is in this range.
            let meeting = -max(0, output[axis] - 1) * strides[axis]..<images[axis + 1]
            let enough = meeting.count + 1
            guard dilation[axis] > enough else { continue }
            // The last cell that does not begin behind the image; no other can be in that range.
            let cell = min(
                size[axis] - 1, (meeting.upperBound - 1 + before[axis]) / dilation[axis])
            let place = max(cell * dilation[axis] - before[axis], meeting.lowerBound - 1)
            dilation[axis] = enough
            before[axis] = cell * enough - place
        }
        return (output, before, dilation)
    }
}

extension Shape {
    /// The limit of image sizes along any axis: kernels have 32 bits for them, padding included.
    private static let imageLimit = 1 << 30

    /// Checks that this is the shape of images.
    /// - Throws: ``StrataError`` if it is not.
    func checkIsImages() throws {
        guard rank == 4, dimensions.allSatisfy({ (0...Self.imageLimit).contains($0) }) else {
            throw StrataError(
                "Images of shape [batch, height, width, channels] were expected, each size at most "
                    + "\(Self.imageLimit), but got \(self)")
        }
    }
}
