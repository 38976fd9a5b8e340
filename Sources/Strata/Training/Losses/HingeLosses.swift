// Margin losses, for targets -1 and 1. If all targets are 0 or 1, zeros count as -1.
extension Loss {
    /// Hinge loss: max(1 - t · p, 0), averaged over the last axis. Targets are -1 and 1, or 0 and 1.
    public static var hinge: Loss {
        Loss("hinge", "Hinge") { relu(1 - signs($0) * $1).mean(axes: [-1]) }
    }

    /// Squared hinge loss: max(1 - t · p, 0)², averaged over the last axis. Targets are -1 and 1, or 0
    /// and 1.
    public static var squaredHinge: Loss {
        Loss("squared_hinge", "SquaredHinge") { square(relu(1 - signs($0) * $1)).mean(axes: [-1]) }
    }

    /// Hinge loss for one-hot targets: max(largest other prediction - prediction of the class + 1, 0).
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
