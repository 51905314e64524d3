import HTTPServer
import TestSupport
import Testing

/// Limits of the process, whatever the number of its loops.
struct ServerSharesTests {
    /// Of 8 bodies that are never complete, whichever loops their connections are on.
    @Test func `what connections hold is limited for all loops together`() async throws {
        var limits = ServerLimits()
        limits.heldBodyBytes = 400_000
        try await withServer(loopCount: 2, limits: limits) { server, _ in
            try await onThread {
                let text =
                    "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 121000\r\n\r\n"
                    + String(repeating: "x", count: 120_000)
                let connections = try (0..<8).map { _ in
                    let connection = try server.connect()
                    try connection.send(text)
                    return connection
                }
                try waitUntil("the refusals") {
                    // Each loop has room for one: half of the limit.
                    connections.count { !$0.isSilent(for: .milliseconds(1)) } >= 6
                }
            }
        }
    }
}
