import TestSupport
import Testing

/// `docker-compose.yml`, which is for one's own machine.
struct ComposeFileTests {
    /// A port without an address is open to the whole network, past most firewalls.
    @Test func `every port is published on loopback only`() throws {
        let text = try Repository.text(of: "docker-compose.yml")
        let ports = text.matches(of: /- "([0-9.:\[\]]*:[0-9]+)"/).map { $0.1 }
        #expect(ports.count == 5)
        for port in ports { #expect(port.hasPrefix("127.0.0.1:"), "\(port)") }
    }
}
