import CStrata
import Foundation

/// One recorded operation, or a value: numbers, a plan's placeholder, or a layer call's result.
package final class Node: @unchecked Sendable {
    // Its content changes once, from a recipe to numbers, while other threads may be reading it.
    private static let lock = NSLock()
    private static let reading = NSRecursiveLock()
    package indirect enum Content {
        /// What to compute, from what.
        case operation(any Operation, [Tensor])
        /// Numbers, one storage per output.
        case numbers([Storage])
        /// A plan's argument, by number.
        case placeholder(Int)
        /// What a layer gives for a model's input: a shape, no numbers.
        case symbolic(any TensorOrigin)
        /// What was wrong; with a layer that was called in a model's definition.
        case failure(StrataError, of: (any TensorOrigin)? = nil)
    }

    /// Later nodes have larger numbers: an order in which a graph can be computed.
    package let identity = strata_next_identity()
    /// What the node is; asking makes a variable's first numbers.
    package var content: Content {
        let (content, variable) = Node.lock.withLock { (stored, unread) }
        guard let variable else { return content }
        resolve([Node.reading.withLock { variable.storage }])
        return present
    }
    private var present: Content { Node.lock.withLock { stored } }
    private var stored: Content
    /// The variable whose first numbers this node stands for, until they are needed.
    private var unread: Variable?
    /// Whether the numbers came of a recipe, which they have replaced.
    private(set) var wasComputed = false
    package let types: [TensorType]
    /// The variable this node is the current value of.
    package internal(set) weak var variable: Variable?
    /// The layer calls being traced when this was recorded.
    package let trace: (any Trace)?

    package init(_ content: Content, _ types: [TensorType], trace: (any Trace)? = nil) {
        stored = content
        self.types = types
        self.trace = trace
    }

    /// The value of a variable that has no numbers yet: a model is defined, and its summary printed,
    /// without making any.
    init(unread variable: Variable) {
        stored = .numbers([])
        unread = variable
        types = [TensorType(variable.shape)]
        trace = nil
    }

    package var inputs: [Tensor] {
        if case .operation(_, let inputs) = present { inputs } else { [] }
    }

    /// What is wrong, if anything is.
    var failure: StrataError? {
        if case .failure(let error, _) = present { error } else { nil }
    }

    /// The call in a model's definition that failed, if this is what came of it.
    var failedOrigin: (any TensorOrigin)? {
        if case .failure(_, let origin) = present { origin } else { nil }
    }

    /// What is computed here; none once it has been.
    var operation: (any Operation)? {
        if case .operation(let operation, _) = present { operation } else { nil }
    }

    /// The layer call that this is the result of, in a model's definition.
    var origin: (any TensorOrigin)? {
        if case .symbolic(let origin) = present { origin } else { nil }
    }

    /// Replaces the recipe by its result.
    func resolve(_ storages: [Storage]) {
        var released: [Content] = []
        Node.lock.withLock {
            if case .operation = stored { wasComputed = true }
            released.append(stored)
            stored = .numbers(storages)
            unread = nil
        }
        Node.release(&released)
    }

    deinit {
        var released = [stored]
        stored = .numbers([])
        Node.release(&released)
    }

    /// Releases recipes and layer calls without recursion: a chain of a million nodes must not
    /// overflow the stack.
    private static func release(_ contents: inout [Content]) {
        while !contents.isEmpty {
            var (inputs, origin) = partsOfLast(of: &contents)
            // Here and below, a count of one means that nobody else holds it.
            if origin != nil, isKnownUniquelyReferenced(&origin) {
                inputs = (origin as! any TensorOrigin).releaseInputs()
            }
            while !inputs.isEmpty {
                var node = nodeOfLast(of: &inputs)
                if isKnownUniquelyReferenced(&node) {
                    contents.append(node.stored)
                    node.stored = .numbers([])
                }
            }
        }
    }

    // Functions of their own, so that nothing else holds what they return.

    @inline(never)
    private static func nodeOfLast(of inputs: inout [Tensor]) -> Node { inputs.removeLast().node }

    @inline(never)
    private static func partsOfLast(
        of contents: inout [Content]
    ) -> (inputs: [Tensor], origin: AnyObject?) {
        parts(of: contents.removeLast())
    }

    @inline(never)
    private static func parts(of content: Content) -> (inputs: [Tensor], origin: AnyObject?) {
        switch content {
        case .operation(_, let inputs): (inputs, nil)
        case .symbolic(let origin): ([], origin)
        case .failure(_, let origin): ([], origin)
        case .numbers, .placeholder: ([], nil)
        }
    }
}
