internal import Synchronization

/// Tells once of each time during which connections have to wait, whichever loop notices first.
final class ShortageReport: Sendable {
    private let loopsConcerned = Atomic<Int>(0)
    private let report: @Sendable (ServerShortage) -> Void

    init(_ report: @escaping @Sendable (ServerShortage) -> Void) {
        self.report = report
    }

    /// A loop leaves connections waiting.
    func begin(_ shortage: ServerShortage) {
        let count = loopsConcerned.add(1, ordering: .relaxed).newValue
        if count == 1 { report(shortage) }
    }

    /// The loop has taken all that waited.
    func end() {
        loopsConcerned.subtract(1, ordering: .relaxed)
    }
}
