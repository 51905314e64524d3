internal import HTTPServer
internal import OrderAPI

/// The routes for operators, which no client needs.
struct AdminPort: Sendable {
    /// Makes the routes for one event loop.
    func routes(stamp: RequestStamp) -> [Route] {
        []
    }
}
