import HTTPTypes
import Testing

@testable import HTTPServer

struct RouterTests {
    private let router = Router([
        Route(.post, "/orders") { _ in .ready(Response(.accepted)) },
        Route(.get, "/orders/{id}") { _ in .ready(Response(.ok)) },
        Route(.get, "/") { _ in .ready(Response(.ok)) },
    ])

    private func describe(_ method: HTTPRequest.Method, _ path: String) -> String {
        switch router.match(method, Array(path.utf8)[...]) {
        case .route(_, let parameters):
            "route "
                + parameters.map { "\($0.name)=\(String(decoding: $0.value, as: UTF8.self))" }
                .joined(separator: ",")
        case .otherMethod(let allowed): allowed.map(\.rawValue).joined(separator: " ")
        case .notFound: "not found"
        }
    }

    @Test(arguments: [
        (HTTPRequest.Method.get, "/", "route "),
        (.post, "/orders", "route "),
        (.get, "/orders/42", "route id=42"),
        (.head, "/orders/42", "route id=42"),
        (.get, "/orders/a%2Fb", "route id=a%2Fb"),
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
        _ method: HTTPRequest.Method,
        _ path: String,
        _ expected: String
    ) {
        #expect(describe(method, path) == expected)
    }
}
