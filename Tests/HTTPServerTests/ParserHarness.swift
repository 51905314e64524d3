@testable import HTTPServer

/// What a byte stream was read as, in a form that tests can compare.
enum Reading: Equatable, CustomStringConvertible {
    case request(method: String, path: String, query: String?, body: String, keepsAlive: Bool)
    case continueExpected
    case error(RequestError)
    /// The bytes ran out in this part of a request.
    case incomplete(RequestParser.Phase)

    var description: String {
        switch self {
        case .request(let method, let path, let query, let body, let keepsAlive):
            "\(method) \(path) ?\(query ?? "-") [\(body)] \(keepsAlive ? "keep-alive" : "close")"
        case .continueExpected: "100-continue"
        case .error(let error): "\(error)"
        case .incomplete(let phase): "incomplete \(phase)"
        }
    }
}

extension Reading {
    fileprivate init(_ head: RequestHead, body: [UInt8]) {
        self = .request(
            method: head.method.rawValue,
            path: String(decoding: head.path, as: UTF8.self),
            query: head.query.map { String(decoding: $0, as: UTF8.self) },
            body: String(decoding: body, as: UTF8.self),
            keepsAlive: head.framing.keepsAlive
        )
    }
}

/// Feeds a parser pieces of a stream, as a connection would.
func read(_ pieces: [[UInt8]], limits: ServerLimits = ServerLimits()) -> [Reading] {
    var parser = RequestParser()
    var input = InputBuffer()
    var readings: [Reading] = []
    var head: RequestHead?
    for piece in pieces {
        piece.withUnsafeBytes { input.append($0) }
        var begins = false
        loop: while true {
            do throws(RequestError) {
                let output =
                    begins
                    ? try parser.readContent(
                        &input,
                        limits: limits,
                        limitBytes: limits.bodyBytes,
                        keeps: true
                    ) : try parser.next(&input, limits: limits)
                begins = false
                switch output {
                case .needsMore, .http2Preface: break loop
                case .continueExpected: readings.append(.continueExpected)
                case .head(let next) where next.framing.content == .none:
                    readings.append(Reading(next, body: []))
                case .head(let next):
                    head = next
                    begins = true
                case .content(let body):
                    if let head { readings.append(Reading(head, body: body)) }
                }
            } catch {
                return readings + [.error(error)]
            }
        }
    }
    if parser.phase != .betweenRequests || !input.isEmpty {
        readings.append(.incomplete(parser.phase))
    }
    return readings
}

func read(_ text: String, limits: ServerLimits = ServerLimits()) -> [Reading] {
    read([Array(text.utf8)], limits: limits)
}

func get(_ path: String, query: String? = nil, keepsAlive: Bool = true) -> Reading {
    .request(method: "GET", path: path, query: query, body: "", keepsAlive: keepsAlive)
}

func post(_ body: String, keepsAlive: Bool = true) -> Reading {
    .request(method: "POST", path: "/orders", query: nil, body: body, keepsAlive: keepsAlive)
}

/// The status that the only reading leads to, or `nil` when it is a request.
func refusal(_ text: String, limits: ServerLimits = ServerLimits()) -> Int? {
    guard case .error(let error) = read(text, limits: limits).last else { return nil }
    return error.status.code
}
