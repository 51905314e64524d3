/// What a handler makes of a request: an answer at once, or after a wait.
package enum Answer: Sendable {
    /// Waits for something else, such as the broker's acknowledgement.
    ///
    /// Runs on the connection's loop: what blocks belongs elsewhere.
    package typealias Pending = @Sendable () async -> Response

    case ready(Response)
    case pending(Pending)

    /// The same answer with a change to its response, whenever that comes.
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
