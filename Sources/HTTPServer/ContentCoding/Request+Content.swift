/// A request's content as it was before it was compressed: at once, or after a wait.
package enum Content: Sendable {
    case ready([UInt8])
    case pending(@Sendable () async throws(ContentError) -> [UInt8])
}

extension Request {
    private enum Limits {
        /// What is no longer than this is expanded on the loop: as almost every order is.
        ///
        /// Data that is made to take long (of blocks that say how they are coded, and hold nothing)
        /// takes 0.1 µs a byte, so that this is half a millisecond at most.
        static let bytesOnLoop = 4096
    }

    /// The content as it was before it was compressed.
    ///
    /// It counts among what the connection holds from then on; where it has yet to be expanded, with
    /// the most that it may become.
    package func content(
        of coding: ContentCoding,
        _ limits: Expansion
    ) throws(ContentError) -> Content {
        guard coding != .identity else { return .ready(body) }
        if body.count <= Limits.bytesOnLoop {
            let content = try Inflater.expand(body, coding, limits)
            head.noteExpanded(bytes: content.count)
            return .ready(content)
        }
        head.noteExpanded(bytes: limits.bytes(from: body.count))
        return .pending { [body] () throws(ContentError) in
            try await Self.expandElsewhere(body, coding, limits)
        }
    }

    /// Expands on a thread of the cooperative pool, while the loop serves others.
    private static func expandElsewhere(
        _ body: [UInt8],
        _ coding: ContentCoding,
        _ limits: Expansion
    ) async throws(ContentError) -> [UInt8] {
        // Detached, for the connection's task and its children prefer the loop.
        let expansion = Task.detached { () -> Result<[UInt8], ContentError> in
            Result { () throws(ContentError) in try Inflater.expand(body, coding, limits) }
        }
        return try await expansion.value.get()
    }

    /// What it takes in memory until there is an answer, fields excepted, in bytes: its content, and
    /// what that is expanded to.
    var heldBytes: Int { body.count + head.expandedBytes }
}
