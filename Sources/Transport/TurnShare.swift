/// What one connection does in one turn of its loop.
///
/// A client that always has the next bytes ready would otherwise never let go of the loop, and its
/// other connections and all deadlines would wait.
package struct TurnShare {
    package enum Limits {
        /// Reads and answers in one turn.
        ///
        /// A body of the largest size needs three; eight full reads take about a millisecond.
        package static var stepsPerTurn: Int { 8 }
    }

    @usableFromInline var turnNumber: UInt64 = 0
    @usableFromInline var steps = 0

    @inlinable
    package init() {}

    /// Counts a read or an answer.
    @inlinable
    package mutating func takeStep(in turnNumber: UInt64) {
        if turnNumber != self.turnNumber {
            self.turnNumber = turnNumber
            steps = 0
        }
        steps += 1
    }

    /// Whether nothing more is this connection's in this turn.
    @inlinable
    package func isUsedUp(in turnNumber: UInt64) -> Bool {
        turnNumber == self.turnNumber && steps >= Limits.stepsPerTurn
    }
}
