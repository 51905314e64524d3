internal import Transport

/// Whether a request may switch an HTTP/1.1 connection to HTTP/2 (`Upgrade: h2c`, RFC 7540 §3.2).
///
/// A proxy may forward such a request without understanding it. It then cannot see the later
/// requests, so a client could send requests that the proxy would block.
package enum HTTP2Upgrade: String, CaseIterable, Sendable {
    case on, off
    /// The upgrade is on if only this machine can connect, because then no proxy of another machine
    /// is involved.
    case auto

    /// Resolves `auto` to on or off for a server that listens on these addresses.
    func settled(on addresses: [SocketAddress]) -> HTTP2Upgrade {
        guard self == .auto else { return self }
        return addresses.allSatisfy(\.isLocal) ? .on : .off
    }
}
