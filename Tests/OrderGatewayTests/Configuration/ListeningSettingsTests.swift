import HTTPServer
import Testing
import Transport

@testable import OrderGateway

/// Settings of where the gateway listens.
struct ListeningSettingsTests {
    private func configuration(_ flags: [Setting: String]) throws -> GatewayConfiguration {
        try GatewayConfiguration(
            SettingSources(flags: flags.mapValues { [$0] }, environment: [:], file: nil)
        )
    }

    private func refusal(_ setting: Setting, _ text: String) throws -> String {
        let error = #expect(throws: ConfigurationError.self) { try configuration([setting: text]) }
        return try #require(error).description
    }

    @Test func `a host is taken with brackets and without`() throws {
        #expect(try configuration([.httpHost: "[::1]"]).http.host == "::1")
        #expect(try configuration([.httpHost: "localhost"]).http.host == "localhost")
    }

    @Test(arguments: ["*", "127.0.0.1:8080", "a b", ""])
    func `what is no address or name is refused by the flag's name`(_ text: String) throws {
        let said = try refusal(.httpHost, text)
        #expect(said.hasPrefix("--http-host: '\(text)'"))
        #expect(said.contains("0.0.0.0 for IPv4 from everywhere"))
    }

    @Test func `a socket's mode is octal`() throws {
        let flags: [Setting: String] = [.httpSocket: "/run/g.sock", .httpSocketMode: "660"]
        let access = SocketFileAccess(mode: 0o660)
        #expect(try configuration(flags).listening == .unix(path: "/run/g.sock", access: access))
        #expect(try configuration([.httpSocketMode: "0600"]).socketAccess.mode == 0o600)
    }

    @Test(arguments: ["", "66", "6600", "0o660", "rw-rw----", "689", "-66", "+660"])
    func `what is no mode is refused`(_ text: String) throws {
        #expect(try refusal(.httpSocketMode, text).hasPrefix("--http-socket-mode: "))
    }

    @Test func `a socket's group is a name or a number`() throws {
        #expect(try configuration([.httpSocketGroup: "root"]).socketAccess.group == 0)
        #expect(try configuration([.httpSocketGroup: "12345"]).socketAccess.group == 12_345)
    }

    @Test(arguments: ["", "no-such-group-here", "-1", "4294967295"])
    func `a group that there is not is refused`(_ text: String) throws {
        #expect(try refusal(.httpSocketGroup, text).hasPrefix("--http-socket-group: "))
    }

    @Test func `operators have no port of their own unless one is given`() throws {
        #expect(try configuration([:]).adminListening == nil)
        #expect(try configuration([.adminHost: "::"]).adminListening == nil)
        let address = SocketAddress(host: "::1", port: 9)
        #expect(
            try configuration([.adminPort: "9", .adminHost: "[::1]"]).adminListening
                == .tcp(address, sharesPort: false)
        )
    }

    @Test func `the port for operators is not the port for clients`() throws {
        let flags: [Setting: String] = [.httpPort: "9", .adminPort: "9"]
        let error = #expect(throws: ConfigurationError.self) { try configuration(flags) }
        #expect(error?.description.hasPrefix("--admin-port from the command line: 9 is") == true)
        // Any free port is another one each time, and a socket file is no port.
        #expect(try configuration([.httpPort: "0", .adminPort: "0"]).adminPort == 0)
        let socket = flags.merging([.httpSocket: "/run/g.sock"]) { $1 }
        #expect(try configuration(socket).adminPort == 9)
    }

    @Test func `a drain delay is whole seconds`() throws {
        #expect(try configuration([.drainDelay: "5"]).drainDelay == .seconds(5))
        #expect(try refusal(.drainDelay, "5s").hasPrefix("--drain-delay: "))
    }
}
