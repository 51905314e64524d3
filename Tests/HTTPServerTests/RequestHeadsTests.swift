import Testing

@testable import HTTPServer
@testable import Transport

struct RequestHeadsTests {
    private let heads = RequestHeads()

    private func request(_ path: String, _ lines: String = "") throws -> Request {
        var parser = RequestParser(heads: heads)
        var input = InputBuffer()
        Array("GET \(path) HTTP/1.1\r\nHost: x\r\n\(lines)\r\n".utf8)
            .withUnsafeBytes { input.append($0) }
        guard case .head(let head) = try parser.next(&input, limits: ServerLimits()) else {
            preconditionFailure("no request")
        }
        return Request(head: head, body: [])
    }

    private func text(_ bytes: ArraySlice<UInt8>?) -> String? {
        bytes.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func `a head that nobody holds is filled again, with nothing of the last request`() throws
    {
        let identifier: ObjectIdentifier
        do {
            let first = try request("/a?b", "X-One: 1\r\nConnection: close\r\n")
            identifier = ObjectIdentifier(first.head)
            heads.giveBack(first.head)
        }
        let second = try request("/c")
        #expect(ObjectIdentifier(second.head) == identifier)
        #expect(text(second.path) == "/c")
        #expect(second.query == nil)
        #expect(second.fields.count == 1)
        #expect(second.head.framing.keepsAlive)
    }

    /// Refuses what is not at `/c`.
    private struct Doorkeeper: RequestHandler {
        func admit(_ head: RequestHead) -> Admission {
            if head.path.elementsEqual("/c".utf8) { return .accepted(nil, PathParameters()) }
            return .refused(Response(.notFound), of: nil)
        }

        func answer(_ request: Request) -> Answer { .ready(Response(.ok)) }
        func respond(to error: RequestError, _ head: RequestHead?) -> Response {
            Response(error.status)
        }
    }

    @Test func `a refusal that nobody took is not the next request's`() throws {
        do {
            let first = try request("/a")
            let isAccepted = first.head.admit(by: Doorkeeper(), client: nil, now: .distantPast)
            #expect(!isAccepted)
            #expect(first.head.isRefused)
            heads.giveBack(first.head)
        }
        let second = try request("/c")
        let isAccepted = second.head.admit(by: Doorkeeper(), client: nil, now: .distantPast)
        #expect(isAccepted)
        #expect(!second.head.isRefused)
    }

    @Test func `who holds a request that was answered goes on seeing it`() throws {
        let first = try request("/first", "Accept: a\r\n")
        heads.giveBack(first.head)
        let second = try request("/second", "Accept: b\r\n")
        #expect(first.head !== second.head)
        #expect(text(first.path) == "/first")
        #expect(text(first.fields.first(.accept)) == "a")
        #expect(text(second.fields.first(.accept)) == "b")
    }

    @Test func `who holds a part of a request goes on seeing it`() throws {
        var path: ArraySlice<UInt8>?
        var fields: FieldSection?
        do {
            let first = try request("/first", "Accept: a\r\n")
            path = first.path
            fields = first.fields
            heads.giveBack(first.head)
        }
        let second = try request("/other", "Accept: b\r\nX: y\r\n")
        #expect(text(path) == "/first")
        #expect(fields?.count == 2)
        #expect(text(fields?.first(.accept)) == "a")
        #expect(text(second.fields.first(.accept)) == "b")
    }

    @Test func `a head that has grown large is not kept`() throws {
        let identifier: ObjectIdentifier
        let held: RequestHead
        do {
            let first = try request("/a", "X: \(String(repeating: "x", count: 8_000))\r\n")
            identifier = ObjectIdentifier(first.head)
            heads.giveBack(first.head)
            held = first.head
        }
        #expect(ObjectIdentifier(try request("/b").head) != identifier)
        #expect(held.fields.count == 2)
    }
}
