import Testing

@testable import HTTPServer

struct RouterTests {
    private let router = Router([
        Route(.post, "/orders") { _ in .ready(Response(.accepted)) },
        Route(.get, "/orders/{id}") { _ in .ready(Response(.ok)) },
        Route(.get, "/orders/{id}/events") { _ in .ready(Response(.ok)) },
        Route(.get, "/shops/{shop}/orders/{id}") { _ in .ready(Response(.ok)) },
        Route(.delete, "/a/{b}/{c}/{d}/{e}") { _ in .ready(Response(.ok)) },
        Route(.get, "/orders/first") { _ in .ready(Response(.ok)) },
        Route(.get, "/") { _ in .ready(Response(.ok)) },
    ])

    private func describe(_ method: Method, _ path: String) -> String {
        let bytes = Array(path.utf8)[...]
        var parameters = PathParameters()
        if let route = router.route(method, bytes, &parameters) {
            let texts = (0..<parameters.count).compactMap { parameters[$0] }.map {
                String(decoding: bytes[$0], as: UTF8.self)
            }
            return ([route.pattern] + texts).joined(separator: " ")
        }
        switch router.rest(bytes) {
        case .otherMethod(let allowed, _): return allowed.map(\.rawValue).joined(separator: " ")
        case .notFound: return "not found"
        }
    }

    @Test(arguments: [
        (Method.get, "/", "/"),
        (.post, "/orders", "/orders"),
        (.get, "/orders/42", "/orders/{id} 42"),
        (.head, "/orders/42", "/orders/{id} 42"),
        (.get, "/orders/a%2Fb", "/orders/{id} a%2Fb"),
        (.get, "/orders/42/events", "/orders/{id}/events 42"),
        (.get, "/shops/s-1/orders/42", "/shops/{shop}/orders/{id} s-1 42"),
        (.get, "/shops//orders/42", "not found"),
        (.get, "/shops/s-1/orders/", "not found"),
        (.get, "/shops/s-1/orderss/42", "not found"),
        (.delete, "/a/1/2/3/4", "/a/{b}/{c}/{d}/{e} 1 2 3 4"),
        (.delete, "/a/1/2/3", "not found"),
        (.delete, "/a/1/2/3/4/5", "not found"),
        (.post, "/orders/42/events", "GET HEAD OPTIONS"),
        (.get, "/orders//events", "not found"),
        (.get, "/orders/4/2/events", "not found"),
        (.get, "/orders/events", "/orders/{id} events"),
        (.get, "/orders", "POST OPTIONS"),
        (.delete, "/orders/42", "GET HEAD OPTIONS"),
        (.delete, "/orders/first", "GET HEAD OPTIONS"),
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
