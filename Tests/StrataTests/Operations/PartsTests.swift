import Strata
import Testing

struct PartsTests {
    private let x = Tensor(shape: [4, 3], scalars: (0..<12).map { Float($0) })

    @Test func subscripts() {
        #expect(x[1].shape == [3] && x[1].scalars == [3, 4, 5])
        #expect(x[1..<3].shape == [2, 3] && x[1..<3].scalars == [3, 4, 5, 6, 7, 8])
        #expect(x[0..<4].scalars == x.scalars)
        #expect(x[4].error != nil && x[2..<5].error != nil && x[-1].error != nil)
        #expect(Tensor(1)[0].error != nil)
    }

    @Test func stackAndSplit() {
        let rows = x.split(4)
        #expect(rows.map(\.shape) == [[1, 3], [1, 3], [1, 3], [1, 3]])
        #expect(rows[2].scalars == [6, 7, 8])
        let columns = x.split(3, axis: -1)
        #expect(columns[1].shape == [4, 1] && columns[1].scalars == [1, 4, 7, 10])
        #expect(x.split(5)[0].error != nil && x.split(0)[0].error != nil)
        let stacked = Tensor.stack([x[0], x[3]])
        #expect(stacked.shape == [2, 3] && stacked.scalars == [0, 1, 2, 9, 10, 11])
        let last = Tensor.stack([x[0], x[3]], axis: -1)
        #expect(last.shape == [3, 2] && last.scalars == [0, 9, 1, 10, 2, 11])
        #expect(Tensor.stack([]).error != nil && Tensor.stack([x, x[0]]).error != nil)
        #expect(Tensor.stack([x], axis: 3).error != nil)
    }

    @Test func gather() throws {
        #expect(x.gather([3, 0, 1]).scalars == [9, 10, 11, 0, 1, 2, 3, 4, 5])
        #expect(x.gather([2, 2], axis: 1).scalars == [2, 2, 5, 5, 8, 8, 11, 11])
        #expect(x.gather([4]).error != nil && x.gather([]).error != nil)
        #expect(x.gather([0], axis: 2).error != nil)
        // A row that is taken twice has both gradients.
        let (_, gradient) = try valueWithGradient(at: x) { ($0.gather([1, 1]) * 2).sum() }
        #expect(gradient.scalars == [0, 0, 0, 4, 4, 4, 0, 0, 0, 0, 0, 0])
    }

    /// A number of the language stands where a tensor does, as a literal or a variable.
    @Test func numbers() {
        let limit: Float = 5
        #expect((x[1] .> 4).scalars == [0, 0, 1] && (x[1] .> limit).scalars == [0, 0, 0])
        #expect((x[1] .>= limit).scalars == [0, 0, 1] && (x[1] .< limit).scalars == [1, 1, 0])
        #expect((x[1] .<= limit).scalars == [1, 1, 1] && (x[1] .== limit).scalars == [0, 0, 1])
        #expect(
            minimum(x[1], 4).scalars == [3, 4, 4] && minimum(x[1], limit).scalars == [3, 4, 5])
        #expect(
            maximum(x[1], 4).scalars == [4, 4, 5] && maximum(x[1], limit).scalars == [5, 5, 5])
        let square: Float = 2
        #expect(pow(x[0], 2).scalars == [0, 1, 4] && pow(x[0], square).scalars == [0, 1, 4])
    }
}
