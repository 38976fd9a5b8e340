import Strata
import StrataDatasets
import TestSupport
import Testing

@Suite struct PreparationTests {
    @Test func oneHotRows() throws {
        let labels = ArrayData(shape: [4, 1], [UInt8(1), 0, 3, 1])
        let rows = try toCategorical(labels)
        #expect(rows.shape == [4, 4])
        #expect(rows.floats() == [0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0])
        #expect(
            try toCategorical(ArrayData(shape: [1], [Int64(2)]), classCount: 5).shape == [1, 5])
        #expect(try toCategorical(ArrayData(shape: [0], [UInt8]()), classCount: 5).shape == [0, 5])
    }

    @Test func whatIsNoLabelIsRefused() throws {
        func refusal(_ numbers: [Float], _ count: Int?) -> String {
            errorMessage {
                _ = try toCategorical(
                    ArrayData(shape: [numbers.count], floats: numbers), classCount: count)
            }
        }
        #expect(
            refusal([0, 3], 3) == "Labels must be whole numbers from 0 to 2, but got 3.0 in row 1")
        for numbers: [Float] in [[-1], [0.5], [.nan], [.infinity], [1e30], [-.infinity, 1]] {
            #expect(refusal(numbers, nil).hasPrefix("Labels must be whole numbers from 0"))
            #expect(refusal(numbers, 3).hasPrefix("Labels must be whole numbers from 0 to 2,"))
        }
        #expect(refusal([0], -2).hasPrefix("Labels must be whole numbers"))
        let square = ArrayData(shape: [2, 2], floats: [0, 1, 1, 0])
        #expect(errorMessage { _ = try toCategorical(square) }.contains("the shape [N] or [N, 1]"))
    }

    /// 70 examples of class 0, 20 of 1 and 11 of 2, each knowable by its number.
    private func examples() throws -> Examples {
        let labels = (0..<101).map { UInt8($0 < 70 ? 0 : $0 < 90 ? 1 : 2) }
        return try Examples(
            x: ArrayData(shape: [101, 1], (0..<101).map { UInt16($0) }),
            y: ArrayData(shape: [101, 1], labels), scale: 0.5)
    }

    @Test(arguments: [false, true]) func splitting(stratify: Bool) throws {
        let all = try examples()
        let (train, test) = try all.trainTestSplit(testSize: 0.2, stratify: stratify, seed: 3)
        #expect(train.count == 80 && test.count == 21)
        #expect(train.scale == 0.5 && test.y.shape == [21, 1])
        let numbers = train.x.floats() + test.x.floats()
        #expect(numbers.sorted() == (0..<101).map(Float.init))
        #expect(train.x.floats() != train.x.floats().sorted())
        // Labels stay with their images.
        let whole = all.y.floats()
        #expect(numbers.map { whole[Int($0)] } == train.y.floats() + test.y.floats())
        let again = try all.trainTestSplit(testSize: 0.2, stratify: stratify, seed: 3)
        #expect(again.test.x.floats() == test.x.floats())
        let other = try all.trainTestSplit(testSize: 0.2, stratify: stratify, seed: 4)
        #expect(other.test.x.floats() != test.x.floats())
        guard stratify else { return }
        // 21 of 101 are 14.55, 4.16 and 2.29: the one left over goes to the largest rest.
        let counts = (0..<3).map { label in test.y.floats().filter { $0 == Float(label) }.count }
        #expect(counts == [15, 4, 2])
    }

    @Test func impossibleSplits() throws {
        for size in [0, 1, -0.5, 2, .nan] {
            #expect(
                errorMessage { _ = try examples().trainTestSplit(testSize: size) }
                    == "testSize must be between 0 and 1, but got \(size)")
        }
        let one = try examples().rows([4])
        #expect(one.x.floats() == [4])
        #expect(
            errorMessage { _ = try one.trainTestSplit() }.hasPrefix(
                "A testSize of 0.25 leaves none of the 1 examples"))
    }
}
