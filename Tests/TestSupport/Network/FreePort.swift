import Glibc
import Synchronization

/// Returns a TCP port on 127.0.0.1 without a listener, which no other test of this process gets.
///
/// The port is outside the range of outgoing connections. Inside that range, a client that retries
/// the port of a stopped server can connect to itself. The server then cannot start again.
package func freePort() throws(SupportError) -> Int {
    for _ in 0..<PortSearch.attempts {
        let port = Int.random(in: PortSearch.range)
        let isFresh = PortSearch.handedOut.withLock { $0.insert(port).inserted }
        if isFresh && canBind(port) { return port }
    }
    throw SupportError("No free port in \(PortSearch.range)")
}

private enum PortSearch {
    /// The range below Linux's default `ip_local_port_range`, and above well-known servers.
    static let range = 20_000..<32_000
    /// The number of attempts, which fail together only if nearly the whole range is in use.
    static let attempts = 1_000
    static let handedOut = Mutex<Set<Int>>([])
}

private func canBind(_ port: Int) -> Bool {
    let descriptor = socket(
        AF_INET,
        Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue),
        0
    )
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
    }
}
