import Foundation

/// Random numbers that depend only on a seed, a name and a position, never on order or threads.
public enum Random {
    /// Identifies a stream of random numbers.
    public struct Key: Hashable, Sendable {
        let word: UInt64

        /// - Parameters:
        ///   - seed: the seed of the run.
        ///   - path: what the numbers are for, such as `conv2d/kernel`.
        public init(seed: UInt64, path: String) {
            // FNV-1a of the path, then mixed with the seed.
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            for byte in path.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            word = Random.mix(hash ^ Random.mix(seed &+ 0x9e37_79b9_7f4a_7c15))
        }

        /// The 64 random bits at a position.
        public func bits(_ position: Int) -> UInt64 {
            Random.mix(word &+ UInt64(bitPattern: Int64(position)) &* 0x9e37_79b9_7f4a_7c15)
        }

        /// The number at a position, uniform in [0, 1).
        public func uniform(_ position: Int) -> Double {
            Double(bits(position) >> 11) * 0x1p-53
        }

        /// The number at a position, from the standard normal distribution (Box and Muller, 1958).
        public func normal(_ position: Int) -> Double {
            let radius = (-2 * Foundation.log(1 - uniform(2 * position))).squareRoot()
            return radius * Foundation.cos(2 * Double.pi * uniform(2 * position + 1))
        }

        /// The numbers `0..<count` in random order (the Fisher–Yates shuffle).
        public func permutation(_ count: Int) -> [Int] {
            var order = Array(0..<count)
            for last in stride(from: count - 1, to: 0, by: -1) {
                let (chosen, _) = bits(last).multipliedFullWidth(by: UInt64(last + 1))
                order.swapAt(last, Int(chosen))
            }
            return order
        }
    }

    /// The finalizer of SplitMix64 (Steele, Lea and Flood, 2014).
    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

extension Random.Key {
    /// The four words that the kernels' generator takes for a step of training.
    func words(step: Int) -> [UInt32] {
        [
            UInt32(truncatingIfNeeded: word), UInt32(truncatingIfNeeded: word >> 32),
            UInt32(truncatingIfNeeded: step), UInt32(truncatingIfNeeded: step >> 32),
        ]
    }
}

extension Tensor {
    /// Makes the tensor that random operations take as their key.
    package init(_ key: Random.Key, step: Int) {
        let storage = Storage(byteCount: 16)
        key.words(step: step).withUnsafeBytes {
            storage.pointer.copyMemory(from: $0.baseAddress!, byteCount: 16)
        }
        self.init(storage, TensorType([4], .uint32))
    }

    /// Makes a tensor of random numbers, uniform in [0, 1). Equal seeds give equal numbers.
    /// - Parameters:
    ///   - shape: the shape of the tensor.
    ///   - seed: the seed.
    public init(randomUniform shape: Shape, seed: UInt64) {
        let key = Tensor(Random.Key(seed: seed, path: "tensor"), step: 0)
        self = Tensor.record(RandomNumbers(shape: shape, normal: false), key)
    }

    /// Makes a tensor of random numbers from the standard normal distribution. Equal seeds give equal
    /// numbers.
    /// - Parameters:
    ///   - shape: the shape of the tensor.
    ///   - seed: the seed.
    public init(randomNormal shape: Shape, seed: UInt64) {
        let key = Tensor(Random.Key(seed: seed, path: "tensor"), step: 0)
        self = Tensor.record(RandomNumbers(shape: shape, normal: true), key)
    }
}
