/// The heads of finished requests of one event loop, which later requests reuse.
///
/// Most requests therefore allocate no memory for their head. A head that other code still
/// references, such as a handler that goes on working, is not reused: ``take()`` drops it.
final class RequestHeads {
    private enum Limits {
        /// The most heads that are kept; one read of a busy HTTP/2 connection brings as many.
        static let spare = 64
        /// The largest head that is kept, in bytes.
        static let retainedBytes = 4096
    }

    /// Only this class changes it, and no callback runs during a change.
    @exclusivity(unchecked) private var spare: [RequestHead] = []
    private let makeContext: () -> AnyObject?

    /// - Parameter makeContext: Creates the handler's object that belongs to each head.
    init(makeContext: @escaping () -> AnyObject? = { nil }) {
        self.makeContext = makeContext
    }

    /// Returns an empty head that nobody else references.
    func take() -> RequestHead {
        var head = spare.popLast() ?? RequestHead(context: makeContext())
        if !isKnownUniquelyReferenced(&head) { head = RequestHead(context: makeContext()) }
        head.empty()
        return head
    }

    /// Keeps the head of a finished request for reuse.
    func giveBack(_ head: RequestHead) {
        guard spare.count < Limits.spare, Self.mayKeep(head) else { return }
        spare.append(head)
    }

    /// Returns whether a head is small enough to be kept for a later request.
    static func mayKeep(_ head: RequestHead) -> Bool { head.capacity <= Limits.retainedBytes }
}
