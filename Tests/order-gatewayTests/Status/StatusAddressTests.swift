import OrderGateway
import Testing

@testable import order_gateway

/// Where `order-gateway status` looks for the gateway.
struct StatusAddressTests {
    private func address(
        _ flags: [Setting: [String]],
        url: String? = nil
    ) throws -> (String, String?) {
        let configuration = try GatewayConfiguration(
            SettingSources(flags: flags, environment: [:], file: nil)
        )
        let address = try StatusAddress(url: url, configuration)
        return ("\(address.url)", address.socketPath)
    }

    @Test(
        arguments: [
            ([:], "http://127.0.0.1:8080/status"),
            ([.httpPort: ["81"]], "http://127.0.0.1:81/status"),
            ([.httpHost: ["0.0.0.0"]], "http://127.0.0.1:8080/status"),
            ([.httpHost: ["::"]], "http://[::1]:8080/status"),
            ([.httpHost: ["fd00::1"]], "http://[fd00::1]:8080/status"),
            ([.adminPort: ["9090"], .httpPort: ["81"]], "http://127.0.0.1:9090/status"),
            ([.adminPort: ["9090"], .httpSocket: ["/run/gw"]], "http://127.0.0.1:9090/status"),
        ] as [([Setting: [String]], String)]
    )
    func `the settings of the gateway say where it is`(
        _ flags: [Setting: [String]],
        _ url: String
    ) throws {
        #expect(try address(flags) == (url, nil))
    }

    @Test func `a socket file is a place too`() throws {
        #expect(try address([.httpSocket: ["/run/gw"]]) == ("http://localhost/status", "/run/gw"))
    }

    @Test func `a URL goes before the settings`() throws {
        let flags: [Setting: [String]] = [.adminPort: ["9090"]]
        #expect(
            try address(flags, url: "https://gw.example/ops/")
                == ("https://gw.example/ops/status", nil)
        )
        #expect(throws: UsageError.self) { try address([:], url: "ftp://gw") }
    }
}
