extension Channel {
    /// Closes our side first and throws away what still arrives: closing with unread bytes would
    /// reset the connection and could take the answer with it (RFC 9112 §9.6).
    func linger(_ limits: TransportLimits) async {
        shutdownWriting()
        var share = TurnShare()
        let start = loop.now
        var discarded = 0
        while discarded < limits.lingerBytes {
            // Less once the server stops.
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
