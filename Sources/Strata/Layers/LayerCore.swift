import CStrata
import Foundation

/// What Strata keeps for a layer.
public final class LayerCore {
    /// Nil until the layer is given a name or belongs to a model, which makes one.
    public internal(set) var name: String?
    /// The class in files' words where it is not the layer's own: of an operation on tensors.
    var className: String?
    /// What the layer is of the one that calls it, by which files know its weights: its activation. Nil
    /// for one among others.
    var role: String?
    /// Whether a model made the name.
    var isNameMade = false
    var isTrainable = true
    var ownWeights: [Variable] = []
    /// The layers this one calls, in the order of their first call.
    var children: [any Layer] = []
    var isBuilt = false
    /// The shapes of the inputs that the layer was built for; the batch's size does not matter.
    var buildShapes: [Shape] = []
    /// A penalty on the outputs, added to the loss: its mean over the batch.
    var activityRegularizer: Regularizer?
    /// What the file that the layer was made from says of it. Hyper-parameters never change, so it is
    /// what files say of the layer in turn.
    var source: Configuration?
    /// What the file says the layer was built for, a fixed batch size among it.
    var buildSource: JSON?
    /// How often it was called on tensors of a model's definition.
    var callCount = 0
    /// The first of these calls that is still part of anything.
    weak var firstCall: LayerCall?
    /// How often the layer was called in training, not as a part of another. Random numbers follow from
    /// it, and the order of the samples.
    var trainingCalls = 0
    /// The penalties of the last of these calls.
    var losses: [Tensor] = []
    /// What a thread holds while it computes with the layer: the same for all layers of a model.
    var lock: NSRecursiveLock?
    let place: WeightPlace
    /// Layers made later have larger numbers.
    let identity = strata_next_identity()

    /// Refuses weights that no memory holds.
    func checkWeights() throws {
        if let weight = ownWeights.first(where: { $0.shape.dimensions.contains(Shape.unknown) }) {
            ownWeights = []
            throw StrataError(
                "the weight \(weight.name) of shape \(weight.shape) depends on a size of the input that "
                    + "is not known: give the model's input all its sizes")
        }
        if let weight = ownWeights.first(where: { $0.shape.count > Tensor.countLimit }) {
            throw StrataError(
                "a weight of at most \(Tensor.countLimit) numbers was expected, but got "
                    + "\(weight.name) of shape \(weight.shape)")
        }
    }

    /// Declares a weight of the layer.
    func addWeight(
        _ name: String, shape: Shape, _ options: WeightOptions, trainable: Bool = true
    ) -> Variable {
        let place = place
        let variable = Variable(name, shape: shape, trainable: trainable) {
            let key = Random.Key(seed: place.seed, path: place.path + "/" + name)
            return options.initializer.make(shape, key)
        }
        variable.regularizer = options.regularizer
        variable.constraint = options.constraint
        ownWeights.append(variable)
        return variable
    }

    /// - Parameters:
    ///   - name: the layer's name; by default one is made from the class.
    ///   - trainable: whether training changes the layer's weights; true by default.
    ///   - activityRegularizer: a penalty on each output, added to the loss: its mean over the batch.
    public init(
        name: String? = nil, trainable: Bool = true, activityRegularizer: Regularizer? = nil
    ) {
        self.name = name
        isTrainable = trainable
        self.activityRegularizer = activityRegularizer
        place = WeightPlace(path: "#\(identity)")
    }
}

/// What the first numbers of a layer's weights follow from. Weights keep it, not the layer, which
/// they may outlive.
final class WeightPlace {
    /// The seed of the model the layer belongs to.
    var seed: UInt64 = 0
    /// Where the layer is in its model; its own, so that layers differ, if it is in none.
    var path: String

    init(path: String) { self.path = path }
}
