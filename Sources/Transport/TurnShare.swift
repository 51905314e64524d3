/// The work of one connection in one turn of its loop.
///
/// Without this limit, a client that always has the next bytes ready would occupy the loop. The
/// loop's other connections and all deadlines would wait.
package struct TurnShare {
    package enum Limits {
        /// The number of reads and responses in one turn.
        ///
        /// A body of the largest size needs three reads. Eight full reads take about a millisecond.
        package static var stepsPerTurn: Int { 8 }
    }

    @usableFromInline var turnNumber: UInt64 = 0
    @usableFromInline var steps = 0

    @inlinable
    package init() {}

    /// Counts a read or a response.
    @inlinable
    package mutating func takeStep(in turnNumber: UInt64) {
        if turnNumber != self.turnNumber {
            self.turnNumber = turnNumber
            steps = 0
        }
        steps += 1
    }

    /// Returns whether the connection has used up its share of this turn.
    @inlinable
    package func isUsedUp(in turnNumber: UInt64) -> Bool {
        turnNumber == self.turnNumber && steps >= Limits.stepsPerTurn
    }
}
