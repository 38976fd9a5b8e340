// Losses of margins, for targets -1 and 1; targets that are all 0 or 1 are taken for these.
extension Loss {
    /// max(1 - t · p, 0), the mean over the last axis.
    public static var hinge: Loss {
        Loss("hinge", "Hinge") { relu(1 - signs($0) * $1).mean(axes: [-1]) }
    }

    /// max(1 - t · p, 0)², the mean over the last axis.
    public static var squaredHinge: Loss {
        Loss("squared_hinge", "SquaredHinge") { square(relu(1 - signs($0) * $1)).mean(axes: [-1]) }
    }

    /// max(largest other prediction - prediction of the class + 1, 0) for one-hot targets.
    public static var categoricalHinge: Loss {
        Loss("categorical_hinge", "CategoricalHinge") { target, prediction in
            let own = (target * prediction).sum(axes: [-1])
            let other = ((1 - target) * prediction).max(axes: [-1])
            return relu(other - own + 1)
        }
    }

    private static func signs(_ target: Tensor) -> Tensor {
        let isBinary = ((target .== 0) + (target .== 1)).min()
        return target + isBinary * (target - 1)
    }
}
