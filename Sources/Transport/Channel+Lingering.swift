extension Channel {
    /// Closes the server's side first and discards what still arrives.
    ///
    /// Closing with unread bytes would reset the connection, and the client could lose the response
    /// (RFC 9112 §9.6).
    func linger(_ limits: TransportLimits) async {
        shutdownWriting()
        var share = TurnShare()
        let start = loop.now
        var discarded = 0
        while discarded < limits.lingerBytes {
            // The time is shorter once the server stops.
            let deadline = min(
                start.advanced(by: limits.lingerTimeout),
                loop.lingerEnd(since: start)
            )
            guard loop.now < deadline else { return }
            switch read() {
            case .done(0), .failed: return
            case .done(let count):
                discarded += count
                share.takeStep(in: loop.turnNumber)
                if share.isUsedUp(in: loop.turnNumber) { await loop.nextTurn() }
            case .wouldBlock:
                guard await waitUntilReadable(until: deadline) == .ready else { return }
            }
        }
    }
}
