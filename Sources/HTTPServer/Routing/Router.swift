/// Finds the route of a request, and says which methods a path has.
package struct Router: Sendable {
    /// What a request leads to.
    package enum Match {
        /// - Parameter parameter: Where in the path the pattern's parameter lies.
        case route(Route, parameter: Range<Int>?)
        /// The path is known, the method is not one of its own (RFC 9110 §15.5.6); `OPTIONS` too
        /// ends here, for its answer is this list (§9.3.7).
        case otherMethod(allowed: [Method])
        case notFound
    }

    private let routes: [Route]

    /// - Parameter routes: Tried in this order; a handful, so a list beats a tree.
    package init(_ routes: [Route]) {
        self.routes = routes
    }

    /// The route for a method and path.
    ///
    /// HEAD finds the route of GET (RFC 9110 §9.3.2).
    package func match(_ method: Method, _ path: ArraySlice<UInt8>) -> Match {
        let wanted: Method = method == .head ? .get : method
        var allowed: [Method] = []
        for route in routes {
            guard case .whole(let parameter) = route.match(path) else { continue }
            if route.method == wanted { return .route(route, parameter: parameter) }
            // Which every path has: it is named once, at the end.
            if route.method != .options { allowed.append(route.method) }
            if route.method == .get { allowed.append(.head) }
        }
        // `OPTIONS *` asks about the server as a whole (RFC 9110 §9.3.7).
        if path.elementsEqual([Octets.asterisk]) {
            return .otherMethod(allowed: [.get, .head, .post, .options])
        }
        return allowed.isEmpty ? .notFound : .otherMethod(allowed: allowed + [.options])
    }
}
