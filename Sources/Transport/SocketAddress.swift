internal import Glibc

/// The address of a server: a numeric IPv4 or IPv6 address and a port, or a path.
package struct SocketAddress: Hashable, Sendable, CustomStringConvertible {
    /// The numeric host, such as `127.0.0.1` or `::`, or the path of a socket in the file system.
    package let host: String
    /// The port; 0 for a path.
    package let port: UInt16

    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Whether the address is a socket in the file system.
    package var isPath: Bool { host.contains("/") }

    /// Whether only this machine can connect: a path, or an address of 127.0.0.0/8 or ::1 in the
    /// numeric form of a bound socket (RFC 6890 §2.2.2, §2.2.3).
    package var isLocal: Bool {
        isPath || host == "::1" || host.hasPrefix("127.") || host.hasPrefix("::ffff:127.")
    }

    /// The address as in a URL: IPv6 hosts have brackets (RFC 3986 §3.2.2).
    package var description: String {
        if isPath { return host }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

extension SocketAddress {
    /// Reads the address of a bound socket, with the port that the kernel chose if 0 was requested.
    init(boundTo descriptor: Int32) throws(SystemError) {
        if let path = Self.path(descriptor) {
            self.init(host: path, port: 0)
            return
        }
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        var found: SocketAddress?
        try SystemCall.checked("getsockname") {
            withUnsafeMutablePointer(to: &storage) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    let result = getsockname(descriptor, address, &length)
                    if result == 0 { found = SocketAddress(address, length: length) }
                    return result
                }
            }
        }
        guard let found else { throw SystemError(call: "getnameinfo", code: EAFNOSUPPORT) }
        self = found
    }

    /// Creates a numeric address (getnameinfo(3)); `nil` if it has no host and port.
    init?(_ address: UnsafePointer<sockaddr>, length: socklen_t) {
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        var service = [CChar](repeating: 0, count: Int(NI_MAXSERV))
        let result = getnameinfo(
            address,
            length,
            &host,
            socklen_t(host.count),
            &service,
            socklen_t(service.count),
            NI_NUMERICHOST | NI_NUMERICSERV
        )
        guard result == 0 else { return nil }
        self.init(host: Self.text(host), port: UInt16(Self.text(service)) ?? 0)
    }

    /// Returns the path of a socket in the file system.
    private static func path(_ descriptor: Int32) -> String? {
        var address = sockaddr_un()
        var length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(descriptor, $0, &length)
            }
        }
        guard result == 0, address.sun_family == sa_family_t(AF_UNIX) else { return nil }
        return withUnsafeBytes(of: address.sun_path) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    private static func text(_ characters: [CChar]) -> String {
        String(
            decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
            as: UTF8.self
        )
    }
}
