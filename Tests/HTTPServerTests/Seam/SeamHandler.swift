import Synchronization

@testable import HTTPServer

/// Notes what the server asks of it, and answers in each way that there is.
final class SeamHandler: RequestHandler {
    /// Goes with one request after the other.
    final class Context: Sendable {
        private let state = Mutex("")

        var path: String {
            get { state.withLock { $0 } }
            set { state.withLock { $0 = newValue } }
        }
    }

    struct Finish: Equatable {
        let path: String
        let pattern: String?
        let status: Int?
        let sentBytes: Int
        let ending: RequestOutcome.Ending
    }

    private struct Notes {
        var admitted: [String] = []
        var answered: [String] = []
        var finished: [Finish] = []
        var cancelled: [String] = []
        var writtenPieces = 0
        var invalidTargets: [String] = []
        var onAdmission: (@Sendable () -> Void)?
    }

    private let notes = Mutex(Notes())
    private let router: Router

    init() {
        let ready: Route.Handler = { .ready(Response(.ok, body: $0.body)) }
        router = Router([
            Route(.get, "/echo/{text}", ready),
            Route(.post, "/echo/{text}", ready),
            Route(.post, "/small", bodyLimitBytes: 10, ready),
            Route(.post, "/later/{text}", ready),
            Route(.get, "/slow", ready),
            Route(.get, "/late", deadline: .milliseconds(20), ready),
            Route(.get, "/stream", ready),
            Route(.get, "/pending-stream", ready),
            Route(.get, "/endless", ready),
            Route(.get, "/events", ready),
            Route(.get, "/broken", ready),
        ])
    }

    var admitted: [String] { notes.withLock { $0.admitted } }
    var answered: [String] { notes.withLock { $0.answered } }
    var finished: [Finish] { notes.withLock { $0.finished } }
    var cancelled: [String] { notes.withLock { $0.cancelled } }
    var writtenPieces: Int { notes.withLock { $0.writtenPieces } }

    /// The method, path and query of the heads that were invalid.
    var invalidTargets: [String] { notes.withLock { $0.invalidTargets } }

    /// Sets what happens on the event loop each time a request is admitted.
    func onAdmission(_ body: @escaping @Sendable () -> Void) {
        notes.withLock { $0.onAdmission = body }
    }

    // MARK: The seam

    func makeContext() -> AnyObject? { Context() }

    private func context(_ head: RequestHead) -> Context {
        guard let context = head.context as? Context else { preconditionFailure("no context") }
        return context
    }

    func admit(_ head: RequestHead) -> Admission {
        let path = String(decoding: head.path, as: UTF8.self)
        context(head).path = path
        let onAdmission = notes.withLock {
            $0.admitted.append(path)
            return $0.onAdmission
        }
        onAdmission?()
        var parameters = PathParameters()
        if let route = router.route(head.method, head.path, &parameters) {
            return .accepted(route, parameters)
        }
        switch router.rest(head.path) {
        case .otherMethod(_, let route):
            return .refused(Response(.methodNotAllowed, body: Array("no".utf8)), of: route)
        case .notFound: return .refused(Response(.notFound, body: Array("no".utf8)), of: nil)
        }
    }

    func answer(_ request: Request) -> Answer {
        let path = context(request.head).path
        notes.withLock { $0.answered.append(path) }
        switch path {
        case "/slow", "/late":
            return .pending {
                await self.cancellation(of: path)
                return Response(.serviceUnavailable, body: Array("gave up".utf8))
            }
        case "/stream": return .ready(stream { try await Self.writeNumbers($0) })
        case "/pending-stream":
            return .pending {
                await Task.yield()
                return self.stream { try await Self.writeNumbers($0) }
            }
        case "/endless":
            return .ready(
                stream { writer in
                    let piece = [UInt8](repeating: 0x78, count: 16 * 1024)
                    while true {
                        try await writer.write(piece)
                        self.notes.withLock { $0.writtenPieces += 1 }
                    }
                }
            )
        case "/events":
            return .ready(
                stream { writer in
                    try await writer.write(Array("hello".utf8))
                    await self.cancellation(of: path)
                    try await writer.write(Array("bye".utf8))
                }
            )
        case "/broken":
            return .ready(
                stream { writer in
                    try await writer.write(Array("part".utf8))
                    throw CancellationError()
                }
            )
        default:
            let response = Response(.ok, body: (request.parameter(0) ?? []) + request.body)
            guard path.hasPrefix("/later/") else { return .ready(response) }
            return .pending {
                await Task.yield()
                return response
            }
        }
    }

    func finished(_ head: RequestHead, _ outcome: RequestOutcome) {
        let finish = Finish(
            path: context(head).path,
            pattern: head.route?.pattern,
            status: outcome.status?.code,
            sentBytes: outcome.sentBytes,
            ending: outcome.ending
        )
        notes.withLock { $0.finished.append(finish) }
    }

    func respond(to error: RequestError, _ head: RequestHead?) -> Response {
        if let head, !head.isAdmitted {
            let query = head.query.map { String(decoding: $0, as: UTF8.self) } ?? "-"
            let path = String(decoding: head.path, as: UTF8.self)
            notes.withLock {
                $0.invalidTargets.append("\(head.method.rawValue) \(path) \(query)")
            }
        }
        return Response(error.status, body: Array("refused".utf8))
    }

    // MARK: Streams

    private func stream(_ content: @escaping Response.Stream) -> Response {
        Response(.ok, fields: FieldSection(lines: "Content-Type: text/plain\r\n"), stream: content)
    }

    private static func writeNumbers(_ writer: any BodyWriter) async throws {
        for text in ["one ", "two ", "", "three"] { try await writer.write(Array(text.utf8)) }
    }

    /// Waits until its task is cancelled.
    private func cancellation(of path: String) async {
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        await withTaskCancellationHandler {
            for await _ in stream {}
        } onCancel: {
            continuation.finish()
        }
        notes.withLock { $0.cancelled.append(path) }
    }
}
