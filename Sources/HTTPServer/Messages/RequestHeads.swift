/// The heads of one loop's answered requests, which the next requests fill: most cost no memory of
/// their own then.
///
/// Who still holds one, such as a handler that answers and goes on, keeps it: it is let go of here
/// when its turn comes.
final class RequestHeads {
    private enum Limits {
        /// Heads that wait to be filled; as many as one read of a busy HTTP/2 connection brings.
        static let spare = 64
        /// One that has grown beyond this, in bytes, is given up.
        static let retainedBytes = 4096
    }

    /// Changed only here, and nothing is called meanwhile.
    @exclusivity(unchecked) private var spare: [RequestHead] = []
    private let makeContext: () -> AnyObject?

    /// - Parameter makeContext: Makes what a handler keeps beside each head.
    init(makeContext: @escaping () -> AnyObject? = { nil }) {
        self.makeContext = makeContext
    }

    /// An empty head that nobody else holds.
    func take() -> RequestHead {
        var head = spare.popLast() ?? RequestHead(context: makeContext())
        if !isKnownUniquelyReferenced(&head) { head = RequestHead(context: makeContext()) }
        head.empty()
        return head
    }

    /// Takes back the head of a request that has been answered.
    func giveBack(_ head: RequestHead) {
        guard spare.count < Limits.spare, head.fields.capacity <= Limits.retainedBytes else {
            return
        }
        spare.append(head)
    }
}
