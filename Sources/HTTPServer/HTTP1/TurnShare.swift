/// What one connection does in one turn of its loop.
///
/// A client that always has the next bytes ready would otherwise never let go of the loop, and its
/// other connections and all deadlines would wait.
struct TurnShare {
    enum Limits {
        /// Reads and answers in one turn.
        ///
        /// A body of the largest size needs three; eight full reads take about a millisecond.
        static let stepsPerTurn = 8
    }

    private var turnNumber: UInt64 = 0
    private var steps = 0

    /// Counts a read or an answer.
    ///
    /// - Returns: Whether the share of this turn is used up.
    mutating func takeStep(in turnNumber: UInt64) -> Bool {
        if turnNumber != self.turnNumber {
            self.turnNumber = turnNumber
            steps = 0
        }
        steps += 1
        return steps >= Limits.stepsPerTurn
    }
}
