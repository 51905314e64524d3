/// Finds the route of a request and the allowed methods of a path.
package struct Router: Sendable {
    private let routes: [Route]

    /// - Parameter routes: The routes in the order of matching. There are few, so a list is faster
    ///   than a tree.
    package init(_ routes: [Route]) {
        self.routes = routes
    }

    /// Returns the route for a method and path.
    ///
    /// HEAD finds the route of GET (RFC 9110 §9.3.2).
    ///
    /// - Parameter parameters: Receives the pattern's parameters in the path.
    package func route(
        _ method: Method,
        _ path: ArraySlice<UInt8>,
        _ parameters: inout PathParameters
    ) -> Route? {
        let wanted: Method = method == .head ? .get : method
        return path.withUnsafeBufferPointer { bytes in
            for route in routes where route.method == wanted {
                if route.match(bytes, at: path.startIndex, &parameters) { return route }
            }
            return nil
        }
    }

    /// The result for a path when no route has the requested method.
    package enum Rest {
        /// The path exists, but not with this method (RFC 9110 §15.5.6).
        ///
        /// `OPTIONS` also ends here, because its response is this list (§9.3.7).
        ///
        /// - Parameter of: A route with that path; `nil` for `OPTIONS *`.
        case otherMethod(allowed: [Method], of: Route?)
        case notFound
    }

    /// Returns the other methods of a path; called when ``route(_:_:_:)`` finds nothing.
    package func rest(_ path: ArraySlice<UInt8>) -> Rest {
        // `OPTIONS *` asks about the whole server (RFC 9110 §9.3.7).
        if path.elementsEqual([Octets.asterisk]) {
            return .otherMethod(allowed: [.get, .head, .post, .options], of: nil)
        }
        var parameters = PathParameters()
        let known = path.withUnsafeBufferPointer { bytes in
            routes.filter { $0.match(bytes, at: path.startIndex, &parameters) }
        }
        guard let first = known.first else { return .notFound }
        var allowed: [Method] = []
        // Every path has OPTIONS; append it once, at the end.
        for route in known where route.method != .options && !allowed.contains(route.method) {
            allowed.append(route.method)
            if route.method == .get { allowed.append(.head) }
        }
        return .otherMethod(allowed: allowed + [.options], of: first)
    }
}
