import TestSupport

@testable import HTTPServer
@testable import Transport

/// Answers requests at once, as the connection would when their handlers do not wait.
struct HTTP2Exchange {
    let session: HTTP2Session
    let client: HTTP2TestClient
    var now = MonotonicTime(nanoseconds: 1)
    var requests: [Int32: Request] = [:]
    var refused: [Int32: RequestError] = [:]
    /// Whether requests are answered; refusals always are.
    var answers = true
    /// Whether what the server says reaches the client.
    var delivers = true
    var hasFailed = false

    init(_ limits: ServerLimits = ServerLimits(), client: HTTP2TestClient = .init()) {
        session = HTTP2Session(limits: limits)
        self.client = client
    }

    /// Carries bytes to and fro until neither side has any.
    mutating func run() throws {
        while true {
            let sent = client.output()
            receive(sent)
            let output = delivers ? try output() : []
            try client.receive(output)
            if sent.isEmpty && output.isEmpty { return }
        }
    }

    mutating func output() throws -> [UInt8] {
        var output = OutputBuffer()
        try session.appendOutput(to: &output, limit: .max)
        return output.withUnsafeBytes { Array($0) }
    }

    mutating func receive(_ bytes: [UInt8]) {
        do {
            try bytes.withUnsafeBytes { try session.receive($0, now: now) { handle($0) } }
        } catch {
            hasFailed = true
        }
    }

    mutating func handle(_ event: HTTP2Session.Event) {
        switch event {
        case .request(let stream, let request):
            requests[stream] = request
            if answers { answer(stream, request) }
        case .refused(let stream, let response, let isHead):
            submit(response, stream, omitsBody: isHead)
        case .invalid(let stream, let error, _, let isHead):
            refused[stream] = error
            let response = Response(error.status, body: Array("refused".utf8))
            submit(response, stream, omitsBody: isHead)
        }
    }

    func answer(_ stream: Int32, _ request: Request) {
        var fields = FieldSection()
        fields.append(.contentType, "text/plain")
        let response = Response(.ok, fields: fields, body: request.path + request.body)
        submit(response, stream, omitsBody: request.method == .head)
    }

    func submit(
        _ response: Response,
        _ stream: Int32,
        omitsBody: Bool = false,
        date: String = "now"
    ) {
        session.submit(
            response,
            stream: stream,
            omitsBody: omitsBody,
            date: Array(date.utf8),
            now: now
        )
    }

    mutating func expire(after duration: Duration) {
        now = now.advanced(by: duration)
        session.expire(now: now) { handle($0) }
    }
}
