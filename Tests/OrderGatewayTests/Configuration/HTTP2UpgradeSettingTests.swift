import HTTPServer
import Testing

@testable import OrderGateway

/// `--http2-upgrade`.
struct HTTP2UpgradeSettingTests {
    private func limits(_ environment: [String: String]) throws -> ServerLimits {
        try GatewayConfiguration(SettingSources(flags: [:], environment: environment, file: nil))
            .limits
    }

    @Test(arguments: HTTP2Upgrade.allCases)
    func `it is what the server goes by`(_ setting: HTTP2Upgrade) throws {
        #expect(try limits(["HTTP2_UPGRADE": setting.rawValue]).http2Upgrade == setting)
    }

    @Test func `unless given it depends on who can connect`() throws {
        #expect(try limits([:]).http2Upgrade == .auto)
    }
}
