/// Finds the name that the user may have meant by a misspelt one.
enum NearestName {
    /// Returns the nearest name if it is near enough: one mistake for every three characters.
    static func find(_ word: String, among names: [String]) -> String? {
        let limit = max(1, word.count / 3)
        let nearest = names.map { ($0, distance(Array(word), Array($0))) }
            .min { $0.1 < $1.1 }
        guard let (name, distance) = nearest, distance <= limit else { return nil }
        return name
    }

    /// Returns the number of edits that turn one word into the other: characters inserted, deleted,
    /// replaced, or swapped with their neighbour (optimal string alignment distance).
    static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var rows = [Array(0...right.count)]
        for (index, character) in left.enumerated() {
            let above = rows[index]
            var row = [index + 1]
            for (column, other) in right.enumerated() {
                var best = min(above[column + 1], row[column]) + 1
                best = min(best, above[column] + (character == other ? 0 : 1))
                if index > 0, column > 0, character == right[column - 1],
                    left[index - 1] == other
                {
                    best = min(best, rows[index - 1][column - 1] + 1)
                }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }
}
