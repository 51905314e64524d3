@testable import OrderAPI
import TestSupport

@testable import HTTPServer
@testable import Transport

/// A request as the server would hand it over, read from the bytes of one and admitted by a handler.
///
/// - Returns: The answer instead, when it is refused.
func admitted(
    by handler: GatewayHandler,
    _ method: String,
    _ target: String,
    fields: [(String, String)] = [],
    body: [UInt8] = [],
    from client: ClientNetwork? = nil
) throws -> (request: Request, refusal: Response?) {
    var head = "\(method) \(target) HTTP/1.1\r\nHost: gateway\r\n"
    for (name, value) in fields { head += "\(name): \(value)\r\n" }
    if !body.isEmpty { head += "Content-Length: \(body.count)\r\n" }
    var parser = RequestParser(heads: RequestHeads { handler.makeContext() })
    var input = InputBuffer()
    (Array("\(head)\r\n".utf8) + body).withUnsafeBytes { input.append($0) }
    let limits = ServerLimits()
    guard case .head(let read) = try parser.next(&input, limits: limits) else {
        throw SupportError("No complete request: \(head)")
    }
    _ = read.admit(by: handler, client: client, now: .now())
    let refusal = read.takeRefusal()
    guard !body.isEmpty else { return (Request(head: read, body: []), refusal) }
    let output = try parser.readContent(
        &input,
        limits: limits,
        limitBytes: limits.bodyBytes,
        keeps: true
    )
    guard case .content(let content) = output else {
        throw SupportError("No complete content: \(head)")
    }
    return (Request(head: read, body: content), refusal)
}

/// Fields as a client sends them.
func section(_ lines: [(FieldName, String)]) -> FieldSection {
    var fields = FieldSection()
    for (name, value) in lines { fields.append(name, value) }
    return fields
}

/// The head of a request with these fields.
func head(_ fields: FieldSection) -> RequestHead {
    let head = RequestHead()
    head.empty()
    fields.bytes.withUnsafeBufferPointer { bytes in
        fields.visit { name, value in
            head.receive(
                name: UnsafeBufferPointer(rebasing: bytes[name]),
                value: UnsafeBufferPointer(rebasing: bytes[value])
            )
            return true
        }
    }
    return head
}

extension Response {
    var json: JSONValue {
        get throws { try JSONValue(parsing: body) }
    }

    subscript(name: FieldName) -> String? { fields[name] }
}

extension GatewayHandler {
    /// Answers a request given by its parts.
    func answer(
        _ method: String,
        _ target: String,
        fields: [(String, String)] = [],
        body: String = "",
        from client: ClientNetwork? = nil
    ) async throws -> Response {
        try await answer(method, target, fields: fields, body: Array(body.utf8), from: client)
    }

    func answer(
        _ method: String,
        _ target: String,
        fields: [(String, String)] = [],
        body: [UInt8],
        from client: ClientNetwork? = nil
    ) async throws -> Response {
        let (request, refusal) = try admitted(
            by: self,
            method,
            target,
            fields: fields,
            body: body,
            from: client
        )
        if let refusal { return refusal }
        switch answer(request) {
        case .ready(let response): return response
        case .pending(let pending): return await pending()
        }
    }
}
