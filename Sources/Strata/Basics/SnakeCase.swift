/// Converts `MaxPooling2D` to `max_pooling2d`, by Keras's rule.
package func snakeCase(_ className: String) -> String {
    var result = ""
    let letters = Array(className)
    for (index, letter) in letters.enumerated() {
        if index > 0, letter.isUppercase {
            let before = letters[index - 1]
            let nextIsLower = index + 1 < letters.count && letters[index + 1].isLowercase
            if before.isLowercase || (before.isNumber && nextIsLower)
                || (before.isUppercase && nextIsLower)
            {
                result += "_"
            }
        }
        result += letter.lowercased()
    }
    return result
}
