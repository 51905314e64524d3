import Glibc
import TestSupport
import Testing

@testable import Transport

/// The sockets of hosts that have several addresses.
struct ListeningSocketsTests {
    private func addresses(_ hosts: String..., port: UInt16 = 0) throws -> [ResolvedAddress] {
        try hosts.map { try ResolvedAddress(host: $0, port: port) }
    }

    private func isListening(_ address: SocketAddress) -> Bool {
        (try? RawConnection(host: address.host, port: Int(address.port))) != nil
    }

    @Test func `every address has a socket for each loop, and all have one port`() throws {
        let wanted = try addresses("127.0.0.1", "::1", "127.0.0.2")
        var sockets = try ListeningSockets.tcp(wanted, sharesPort: false, loopCount: 3)
        defer { sockets.discard() }
        #expect(sockets.addresses.map(\.host) == ["127.0.0.1", "::1", "127.0.0.2"])
        let port = sockets.addresses[0].port
        #expect(port != 0)
        #expect(sockets.descriptors.count == 3)
        for descriptors in sockets.descriptors {
            let bound = try descriptors.map { try SocketAddress(boundTo: $0) }
            #expect(bound == sockets.addresses)
        }
        for address in sockets.addresses {
            #expect(address.port == port)
            #expect(isListening(address))
        }
    }

    @Test func `IPv6 from everywhere leaves IPv4 to the address beside it`() throws {
        let wanted = try addresses("::", "0.0.0.0")
        var sockets = try ListeningSockets.tcp(wanted, sharesPort: false, loopCount: 1)
        defer { sockets.discard() }
        #expect(sockets.addresses.count == 2)
    }

    /// 203.0.113.1 is nobody's (RFC 5737).
    @Test func `an address that is none of this machine's is told, and the rest is used`() throws {
        let wanted = try addresses("203.0.113.1", "127.0.0.1")
        var sockets = try ListeningSockets.tcp(wanted, sharesPort: false, loopCount: 2)
        defer { sockets.discard() }
        #expect(sockets.addresses.map(\.host) == ["127.0.0.1"])
        #expect(sockets.missing.map(\.address.host) == ["203.0.113.1"])
        #expect(sockets.missing.first?.reason.code == EADDRNOTAVAIL)
        #expect(sockets.descriptors.map(\.count) == [1, 1])
    }

    @Test func `a host of which no address is this machine's cannot be listened on`() throws {
        let wanted = try addresses("203.0.113.1", "203.0.113.2")
        #expect(
            throws: ServerError.addressNotAvailable(SocketAddress(host: "203.0.113.1", port: 0))
        ) {
            try ListeningSockets.tcp(wanted, sharesPort: false, loopCount: 1)
        }
    }

    @Test func `an address in use is named, and the others are let go`() throws {
        let blocker = try OccupiedPort()
        let wanted = try addresses("127.0.0.2", "127.0.0.1", port: blocker.port)
        let address = SocketAddress(host: "127.0.0.1", port: blocker.port)
        #expect(throws: ServerError.addressInUse(address)) {
            try ListeningSockets.tcp(wanted, sharesPort: false, loopCount: 2)
        }
        #expect(!isListening(SocketAddress(host: "127.0.0.2", port: blocker.port)))
    }

    @Test func `an address that a host has twice is one`() throws {
        let found = try ResolvedAddress.all(host: "localhost", port: 80)
        #expect(Set(found.map(\.address)).count == found.count)
        #expect(try ResolvedAddress.all(host: "127.0.0.1", port: 80).count == 1)
        // What tells them apart is the address, not what lies behind it in memory.
        let again = try ResolvedAddress(host: "::1", port: 81).with(port: 80)
        #expect(try again == ResolvedAddress(host: "::1", port: 80))
    }
}
