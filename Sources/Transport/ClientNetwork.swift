internal import CLinux
internal import Glibc

/// The network from which a client connects: one IPv4 address, or a /64 of IPv6.
///
/// A /64 is the smallest network that one customer gets (RFC 6177 §2). A client that has one of its
/// addresses has all of them.
package struct ClientNetwork: Hashable, Sendable {
    private let isVersion6: Bool
    /// The IPv4 address, or the first half of the IPv6 one, in network byte order.
    private let bits: UInt64

    private init(isVersion6: Bool, bits: UInt64) {
        self.isVersion6 = isVersion6
        self.bits = bits
    }

    /// The network of an IPv4 address, such as `127, 0, 0, 1`.
    package init(_ first: UInt8, _ second: UInt8, _ third: UInt8, _ fourth: UInt8) {
        let bytes = [first, second, third, fourth]
        self.init(isVersion6: false, bits: bytes.reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// The network of a peer, or `nil` for one without an address, as on a Unix socket.
    init?(_ peer: sockaddr_storage) {
        switch Int32(peer.ss_family) {
        case AF_INET:
            let bits = withUnsafeBytes(of: peer) {
                $0.loadUnaligned(as: sockaddr_in.self).sin_addr.s_addr
            }
            self.init(isVersion6: false, bits: UInt64(UInt32(bigEndian: bits)))
        case AF_INET6:
            let halves = withUnsafeBytes(of: peer) { bytes in
                withUnsafeBytes(of: bytes.loadUnaligned(as: sockaddr_in6.self).sin6_addr) {
                    (
                        UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)),
                        UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
                    )
                }
            }
            // An IPv4 client of a dual-stack socket has ::ffff:a.b.c.d (RFC 4291 §2.5.5.2).
            if halves.0 == 0, halves.1 >> 32 == 0xFFFF {
                self.init(isVersion6: false, bits: halves.1 & 0xFFFF_FFFF)
            } else {
                self.init(isVersion6: true, bits: halves.0)
            }
        default:
            return nil
        }
    }
}

extension ClientNetwork {
    /// Whether the client is on this machine: it has 127.0.0.0/8, or ::1, the only address in use of
    /// its /64 (RFC 4291 §2.5).
    package var isLoopback: Bool { isVersion6 ? bits == 0 : bits >> 24 == 127 }
}

extension ClientNetwork: CustomStringConvertible {
    /// The network as text, such as `192.0.2.1` or `2001:db8:0:1::/64`.
    package var description: String { isVersion6 ? "\(address)/64" : address }

    /// The first address of the network, such as `192.0.2.1` or `2001:db8:0:1::`.
    package var address: String {
        if isVersion6 {
            let groups = stride(from: 48, through: 0, by: -16).map {
                String(bits >> UInt64($0) & 0xFFFF, radix: 16)
            }
            return groups.joined(separator: ":") + "::"
        }
        return stride(from: 24, through: 0, by: -8).map { "\(bits >> UInt64($0) & 0xFF)" }
            .joined(separator: ".")
    }
}
