import TestSupport
import Testing

@testable import HTTPServer
@testable import Transport

/// Clients that leave, or that only close their sending side.
struct LeavingClientTests {
    /// How often a test repeats what depends on the moment at which the server sees the FIN.
    private static let repetitions = 20

    private static func requests(_ method: String, _ paths: [String]) -> String {
        paths.map { "\(method) \($0) HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n-" }.joined()
    }

    @Test func `pipelined requests are answered after the client has closed its sending side`()
        async throws
    {
        try await withSeam { server, handler in
            try await onThread {
                for _ in 0..<Self.repetitions {
                    let client = try server.connect()
                    try client.send(Self.requests("POST", ["/later/a", "/later/b", "/later/c"]))
                    try client.closeSending()
                    for text in ["a-", "b-", "c-"] {
                        let reply = try client.receiveReply()
                        #expect(reply.status == 200)
                        #expect(reply.text == text)
                    }
                    #expect(try client.receiveUntilClose().isEmpty)
                    #expect(!client.wasReset)
                }
            }
            try await eventually("the ends") { handler.finished.count == 3 * Self.repetitions }
            #expect(handler.finished.allSatisfy { $0.ending == .complete })
        }
    }

    @Test func `a stream is whole while requests wait behind it`() async throws {
        try await withSeam { server, _ in
            try await onThread {
                for _ in 0..<Self.repetitions {
                    let client = try server.connect()
                    try client.send(Self.requests("GET", ["/stream", "/echo/next"]))
                    try client.closeSending()
                    #expect(try client.receiveReply().text == "one two three")
                    #expect(try client.receiveReply().text == "next-")
                }
            }
        }
    }

    @Test func `a stream is cancelled once its client has closed its sending side`() async throws {
        try await withSeam { server, handler in
            try await onThread {
                let client = try SeamClient(.http1, server)
                try client.send("GET", "/events")
                try client.receive("hello")
                try client.connection.closeSending()
                #expect(try !client.reply().isComplete)
            }
            try await eventually("the end") { handler.finished.count == 1 }
            #expect(handler.cancelled == ["/events"])
            #expect(handler.finished.map(\.ending) == [.clientLeft])
        }
    }

    @Test func `a pending answer is cancelled by a closed sending side, and given all the same`()
        async throws
    {
        try await withSeam { server, handler in
            try await onThread {
                let client = try SeamClient(.http1, server)
                try client.send("GET", "/slow")
                try waitUntil("the question") { handler.answered == ["/slow"] }
                try client.connection.closeSending()
                let reply = try client.reply()
                #expect(reply.status == 503)
                #expect(reply.text == "gave up")
            }
            try await eventually("the end") { handler.finished.count == 1 }
            #expect(handler.cancelled == ["/slow"])
            #expect(handler.finished.map(\.ending) == [.complete])
        }
    }

    @Test(arguments: ["/slow", "/events"])
    func `a reset connection cancels the work, whatever is buffered`(_ path: String) async throws {
        try await withSeam { server, handler in
            try await onThread {
                let client = try server.connect()
                try client.send(Self.requests("GET", [path, "/echo/next"]))
                try waitUntil("the question") { handler.answered == [path] }
                try client.reset()
            }
            try await eventually("the end") { handler.finished.count == 1 }
            #expect(handler.cancelled == [path])
            #expect(handler.finished.map(\.ending) == [.clientLeft])
        }
    }

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
