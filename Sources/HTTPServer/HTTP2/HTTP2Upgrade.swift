internal import Transport

/// Whether an HTTP/1.1 connection may become one of HTTP/2 because a request asks for it
/// (`Upgrade: h2c`, RFC 7540 §3.2).
///
/// A proxy that passes such a request on without understanding it no longer sees what follows, so that
/// a client could ask behind its back for what the proxy does not let through.
package enum HTTP2Upgrade: String, CaseIterable, Sendable {
    case on, off
    /// Where only this machine can connect: no proxy of another is there.
    case auto

    /// What it comes to for a server that listens there: on or off.
    func settled(on addresses: [SocketAddress]) -> HTTP2Upgrade {
        guard self == .auto else { return self }
        return addresses.allSatisfy(\.isLocal) ? .on : .off
    }
}
