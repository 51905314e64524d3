import TestSupport
import Testing

@testable import HTTPServer
@testable import Transport

/// Clients that leave, or that only close their sending side.
struct LeavingClientTests {
    @Test(arguments: WireVersion.allCases)
    func `a refusal whose client left in mid-content goes to nobody else`(
        _ version: WireVersion
    ) async throws {
        let count = 5
        try await withSeam { server, handler in
            try await onThread {
                for number in 1...count {
                    let client = try SeamClient(version, server)
                    try client.sendPart("POST", "/nowhere")
                    try waitUntil("the refusal") { handler.admitted.count == number }
                    try client.leave()
                    try waitUntil("the end") { handler.finished.count == number }
                    client.close()
                }
                for number in 0..<count {
                    let client = try SeamClient(version, server)
                    let reply = try client.ask("POST", "/echo/\(number)", body: "-")
                    #expect(reply.status == 200)
                    #expect(reply.text == "\(number)-")
                    client.close()
                }
            }
            #expect(handler.answered.count == count)
        }
    }
}
