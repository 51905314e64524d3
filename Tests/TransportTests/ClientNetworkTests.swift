import Glibc
import TestSupport
import Testing

@testable import Transport

struct ClientNetworkTests {
    @Test func `this machine has 127.0.0.0 slash 8 and no other IPv4 network`() {
        #expect(ClientNetwork(127, 0, 0, 1).isLoopback)
        #expect(ClientNetwork(127, 255, 0, 9).isLoopback)
        #expect(!ClientNetwork(128, 0, 0, 1).isLoopback)
        #expect(!ClientNetwork(0, 0, 0, 0).isLoopback)
    }

    private func network(_ address: String) throws -> ClientNetwork {
        var storage = sockaddr_storage()
        let resolved = try ResolvedAddress(host: address, port: 80)
        withUnsafeBytes(of: resolved.storage) { bytes in
            withUnsafeMutableBytes(of: &storage) { $0.copyMemory(from: bytes) }
        }
        return try #require(ClientNetwork(storage))
    }

    @Test func `an IPv4 address is a client`() throws {
        #expect(try network("192.0.2.1") == ClientNetwork(192, 0, 2, 1))
        #expect(try network("192.0.2.1") != network("192.0.2.2"))
        #expect(try network("192.0.2.1").description == "192.0.2.1")
    }

    @Test func `a dual-stack socket's IPv4 client is the same`() throws {
        #expect(try network("::ffff:192.0.2.1") == network("192.0.2.1"))
    }

    @Test func `the addresses of an IPv6 network of 64 bits are one client`() throws {
        #expect(try network("2001:db8:0:1::1") == network("2001:db8:0:1:ffff::2"))
        #expect(try network("2001:db8:0:1::1") != network("2001:db8:0:2::1"))
        #expect(try network("2001:db8:0:1::1").description == "2001:db8:0:1::/64")
    }

    @Test func `an IPv6 network is no IPv4 address`() throws {
        #expect(try network("::1") != network("0.0.0.0"))
    }

    @Test func `a peer without an address is no client`() {
        var storage = sockaddr_storage()
        storage.ss_family = sa_family_t(AF_UNIX)
        #expect(ClientNetwork(storage) == nil)
    }
}
