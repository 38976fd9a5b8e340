/// The name that someone who wrote `name` most likely meant, or nil if none comes near.
func nearest(to name: String, among names: [String]) -> String? {
    let word = name.drop { $0 == "-" }
    let candidates = names.map { (name: $0, word: $0.drop { $0 == "-" }) }
    if word.count > 2, let longer = candidates.first(where: { $0.word.hasPrefix(word) }) {
        return longer.name
    }
    let distances = candidates.map { (name: $0.name, distance: editDistance(word, $0.word)) }
    let best = distances.min { $0.distance < $1.distance }
    return best.flatMap { $0.distance <= min(word.count / 2, 3) ? $0.name : nil }
}

/// How many letters have to be inserted, removed or replaced (Levenshtein, 1965).
private func editDistance(_ a: Substring, _ b: Substring) -> Int {
    let b = Array(b)
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for j in b.indices {
            let replaced = diagonal + (letter == b[j] ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
        }
    }
    return row[b.count]
}
