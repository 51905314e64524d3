/// The result of handling a request: a response now, or a response after a wait.
package enum Answer: Sendable {
    /// Waits for something else, such as the broker's acknowledgement, and returns the response.
    ///
    /// It runs on the connection's event loop and must not block.
    package typealias Pending = nonisolated(nonsending) @Sendable () async -> Response

    case ready(Response)
    case pending(Pending)

    /// Returns the same answer, with a change that is applied to its response when the response
    /// exists.
    package func map(_ change: @escaping @Sendable (inout Response) -> Void) -> Answer {
        switch self {
        case .ready(var response):
            change(&response)
            return .ready(response)
        case .pending(let pending):
            return .pending {
                var response = await pending()
                change(&response)
                return response
            }
        }
    }
}
