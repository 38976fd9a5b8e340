import CStrata
import Foundation

/// One recorded operation, or a value: numbers, a plan's placeholder, or a layer call's result.
package final class Node: @unchecked Sendable {
    // Its content changes once, from a recipe to numbers, while other threads may be reading it.
    private static let lock = NSLock()
    package indirect enum Content {
        /// What to compute, from what.
        case operation(any Operation, [Tensor])
        /// Numbers, one storage per output.
        case numbers([Storage])
        /// A plan's argument, by number.
        case placeholder(Int)
        /// What a layer gives for a model's input: a shape, no numbers.
        case symbolic(LayerCall)
        case failure(StrataError)
    }

    /// Later nodes have larger numbers: an order in which a graph can be computed.
    package let identity = strata_next_identity()
    package var content: Content { Node.lock.withLock { stored } }
    private var stored: Content
    package let types: [TensorType]
    /// The variable this node is the current value of.
    package internal(set) weak var variable: Variable?
    /// The layer calls being traced when this was recorded.
    package let trace: Context?

    package init(_ content: Content, _ types: [TensorType], trace: Context? = nil) {
        stored = content
        self.types = types
        self.trace = trace
    }

    package var inputs: [Tensor] {
        if case .operation(_, let inputs) = content { inputs } else { [] }
    }

    /// Replaces the recipe by its result.
    func resolve(_ storages: [Storage]) {
        var released: [Content] = []
        Node.lock.withLock {
            released.append(stored)
            stored = .numbers(storages)
        }
        Node.release(&released)
    }

    deinit {
        var released = [stored]
        stored = .numbers([])
        Node.release(&released)
    }

    /// Lets go of recipes without recursion: a chain of a million nodes must not overflow the stack.
    private static func release(_ contents: inout [Content]) {
        while let content = contents.popLast() {
            guard case .operation(_, var inputs) = consume content else { continue }
            while let input = inputs.popLast() {
                var node = input.node
                // `input` is consumed here, so a count of one means that nobody else holds it.
                _ = consume input
                if isKnownUniquelyReferenced(&node), case .operation = node.stored {
                    contents.append(node.stored)
                    node.stored = .numbers([])
                }
            }
        }
    }
}
