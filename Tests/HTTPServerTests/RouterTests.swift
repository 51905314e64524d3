import Testing

@testable import HTTPServer

struct RouterTests {
    private let router = Router([
        Route(.post, "/orders") { _ in .ready(Response(.accepted)) },
        Route(.get, "/orders/{id}") { _ in .ready(Response(.ok)) },
        Route(.get, "/orders/{id}/events") { _ in .ready(Response(.ok)) },
        Route(.get, "/") { _ in .ready(Response(.ok)) },
    ])

    private func describe(_ method: Method, _ path: String) -> String {
        let bytes = Array(path.utf8)[...]
        switch router.match(method, bytes) {
        case .route(_, let parameter):
            return "route " + (parameter.map { String(decoding: bytes[$0], as: UTF8.self) } ?? "-")
        case .otherMethod(let allowed): return allowed.map(\.rawValue).joined(separator: " ")
        case .notFound: return "not found"
        }
    }

    @Test(arguments: [
        (Method.get, "/", "route -"),
        (.post, "/orders", "route -"),
        (.get, "/orders/42", "route 42"),
        (.head, "/orders/42", "route 42"),
        (.get, "/orders/a%2Fb", "route a%2Fb"),
        (.get, "/orders/42/events", "route 42"),
        (.post, "/orders/42/events", "GET HEAD OPTIONS"),
        (.get, "/orders//events", "not found"),
        (.get, "/orders/4/2/events", "not found"),
        (.get, "/orders/events", "route events"),
        (.get, "/orders", "POST OPTIONS"),
        (.delete, "/orders/42", "GET HEAD OPTIONS"),
        (.options, "/orders", "POST OPTIONS"),
        (.options, "*", "GET HEAD POST OPTIONS"),
        (.get, "/orders/", "not found"),
        (.get, "/orders/42/", "not found"),
        (.get, "/orders/42/items", "not found"),
        (.get, "/order", "not found"),
        (.get, "/orderss", "not found"),
        (.get, "//orders", "not found"),
    ])
    func `a path leads to its route`(
        _ method: Method,
        _ path: String,
        _ expected: String
    ) {
        #expect(describe(method, path) == expected)
    }
}
