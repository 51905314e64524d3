/// A request's content after decompression: available now, or after a wait.
package enum Content: Sendable {
    case ready([UInt8])
    case pending(@Sendable () async throws(ContentError) -> [UInt8])
}

extension Request {
    private enum Limits {
        /// The largest content that is expanded on the event loop, which covers almost every order.
        ///
        /// The worst case is empty blocks that each define their own code. They take 0.1 µs per
        /// byte, so the event loop is busy for half a millisecond at most.
        static let bytesOnLoop = 4096
    }

    /// Returns the content after decompression.
    ///
    /// From then on, the expanded size counts as content that the connection holds. Until the
    /// content is expanded, the limit counts instead.
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

    /// Expands the content on a thread of the cooperative pool, so the event loop serves other
    /// connections meanwhile.
    private static func expandElsewhere(
        _ body: [UInt8],
        _ coding: ContentCoding,
        _ limits: Expansion
    ) async throws(ContentError) -> [UInt8] {
        // The task is detached, because the connection's task and its children prefer the event
        // loop.
        let expansion = Task.detached { () -> Result<[UInt8], ContentError> in
            Result { () throws(ContentError) in try Inflater.expand(body, coding, limits) }
        }
        return try await expansion.value.get()
    }

    /// The memory of the request until its response exists, without its fields, in bytes.
    ///
    /// It is the content and its expanded form.
    var heldBytes: Int { body.count + head.expandedBytes }
}
