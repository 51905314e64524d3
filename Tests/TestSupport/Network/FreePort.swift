import Glibc
import Synchronization

/// A TCP port on 127.0.0.1 that nothing listens on, and that no other test of this process gets.
///
/// It lies outside of the range that outgoing connections get theirs from. Inside that range, a
/// client that keeps trying a port whose server is down can connect to itself, and then the server
/// cannot come back.
package func freePort() throws(SupportError) -> Int {
    for _ in 0..<PortSearch.attempts {
        let port = Int.random(in: PortSearch.range)
        let isFresh = PortSearch.handedOut.withLock { $0.insert(port).inserted }
        if isFresh && canBind(port) { return port }
    }
    throw SupportError("No free port in \(PortSearch.range)")
}

private enum PortSearch {
    /// Below Linux's default `ip_local_port_range`, above the well-known servers.
    static let range = 20_000..<32_000
    /// Only a machine with nearly all of the range taken fails as often.
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
