@testable import OrderAPI
import TestSupport

@testable import HTTPServer

/// A request as the server would hand it over, read from the bytes of one.
func request(
    _ method: String,
    _ target: String,
    fields: [(String, String)] = [],
    body: [UInt8] = []
) throws -> Request {
    var head = "\(method) \(target) HTTP/1.1\r\nHost: gateway\r\n"
    for (name, value) in fields { head += "\(name): \(value)\r\n" }
    if !body.isEmpty { head += "Content-Length: \(body.count)\r\n" }
    var parser = RequestParser()
    var input = InputBuffer()
    (Array("\(head)\r\n".utf8) + body).withUnsafeBytes { input.append($0) }
    guard case .request(let request) = try parser.next(&input, limits: ServerLimits()) else {
        throw SupportError("No complete request: \(head)")
    }
    return request
}

/// Fields as a client sends them.
func section(_ lines: [(FieldName, String)]) -> FieldSection {
    var fields = FieldSection()
    for (name, value) in lines { fields.append(name, value) }
    return fields
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
        body: String = ""
    ) async throws -> Response {
        try await answer(method, target, fields: fields, body: Array(body.utf8))
    }

    func answer(
        _ method: String,
        _ target: String,
        fields: [(String, String)] = [],
        body: [UInt8]
    ) async throws -> Response {
        switch answer(to: try request(method, target, fields: fields, body: body)) {
        case .ready(let response): response
        case .pending(let pending): await pending()
        }
    }
}
