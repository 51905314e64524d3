package import HTTPServer
package import Telemetry
internal import Text
internal import Transport

/// The routes `GET /log-level` and `PUT /log-level`, for operators.
///
/// On a port of their own they have no quota, because an operator asks for more lines just when
/// something is wrong. On a port that clients use, too, only this machine may change the level.
package struct LogLevelRoutes: Sendable {
    private enum Limits {
        /// The largest body: the longest level as JSON, with much white space.
        static let bodyBytes = 1024
    }

    private let logger: Logger
    private let isShared: Bool

    /// - Parameter isShared: Whether clients use the same port.
    package init(logger: Logger, isShared: Bool) {
        self.logger = logger
        self.isShared = isShared
    }

    package var routes: [Route] {
        [
            Route(.get, "/log-level", isMonitoring: true) { .ready(present($0)) },
            Route(
                .put,
                "/log-level",
                bodyLimitBytes: Limits.bodyBytes,
                isMonitoring: !isShared
            ) { .ready(change($0)) },
        ]
    }

    private func present(_ request: Request) -> Response {
        var json = JSONWriter(reservingBytes: 32)
        json.beginObject()
        json.key("level")
        json.string(logger.logLevel.rawValue)
        json.endObject()
        var fields = FieldSection()
        fields.append(.contentType, "application/json")
        fields.append(.cacheControl, "no-store")
        request.context.correlationID.append(to: &fields)
        return Response(.ok, fields: fields, body: json.bytes)
    }

    private func change(_ request: Request) -> Response {
        if isShared, !Self.isFromHere(request) {
            return refusal(
                .forbidden,
                "Clients use this port, too, so only this machine may change the level here; "
                    + "start the gateway with --admin-port to change it from elsewhere.",
                request
            )
        }
        guard ContentCoding(request.fields) == .identity else {
            return refusal(
                .unsupportedMediaType,
                "Send the level without Content-Encoding; it is one word.",
                request
            )
        }
        guard let name = Self.name(in: request.body), let level = Logger.Level(spelling: name)
        else {
            let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            return refusal(
                .badRequest,
                "Send one of the levels \(levels) as text, or as JSON such as"
                    + " {\"level\":\"debug\"}.",
                request
            )
        }
        var metadata = ["correlation_id": "\(request.context.correlationID)"]
        if let client = request.client { metadata["client"] = "\(client)" }
        logger.changeLevel(to: level, metadata: metadata)
        return present(request)
    }

    /// Whether a request comes from this machine, and is not passed on by a proxy here.
    private static func isFromHere(_ request: Request) -> Bool {
        // A client without an address has opened the socket file.
        request.client?.isLoopback ?? true
            && request.fields.first(.forwarded) == nil
            && request.fields.first(.forwardedFor) == nil
    }

    /// Returns the name of a level in a body: the word itself, or the member `level` of an object.
    private static func name(in body: [UInt8]) -> String? {
        guard body.first(where: { !isSpace($0) }) == UInt8(ascii: "{") else {
            let word = body.drop(while: isSpace).prefix { !isSpace($0) }
            guard body[word.endIndex...].allSatisfy(isSpace) else { return nil }
            return String(decoding: word, as: UTF8.self)
        }
        var reader = JSONReader(body)
        do throws(JSONError) {
            var name: String?
            try reader.enterObject()
            while let key = try reader.nextKey() {
                guard reader.equals(key, "level"), try reader.nextKind() == .string else {
                    try reader.skipValue()
                    continue
                }
                name = reader.text(try reader.string())
            }
            try reader.finish()
            return name
        } catch {
            return nil
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n")]
            .contains(byte)
    }

    private func refusal(_ status: Status, _ detail: String, _ request: Request) -> Response {
        var problem = Problem(status, detail)
        problem.instance = String(decoding: request.path, as: UTF8.self)
        return problem.response(correlationID: request.context.correlationID)
    }
}
