/// Finds the route of a request, and says which methods a path has.
package struct Router: Sendable {
    private let routes: [Route]

    /// - Parameter routes: Tried in this order; a handful, so a list beats a tree.
    package init(_ routes: [Route]) {
        self.routes = routes
    }

    /// The route for a method and path.
    ///
    /// HEAD finds the route of GET (RFC 9110 §9.3.2).
    ///
    /// - Parameter parameters: Takes the pattern's parameters in the path.
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

    /// What there is at a path whose method has no route.
    package enum Rest {
        /// The path is known, the method is not one of its own (RFC 9110 §15.5.6). `OPTIONS` also
        /// ends here, because its answer is this list (§9.3.7).
        ///
        /// - Parameter of: A route with that path; `nil` for `OPTIONS *`.
        case otherMethod(allowed: [Method], of: Route?)
        case notFound
    }

    /// To be asked when there is no ``route(_:_:_:)``.
    package func rest(_ path: ArraySlice<UInt8>) -> Rest {
        // `OPTIONS *` asks about the server as a whole (RFC 9110 §9.3.7).
        if path.elementsEqual([Octets.asterisk]) {
            return .otherMethod(allowed: [.get, .head, .post, .options], of: nil)
        }
        var parameters = PathParameters()
        let known = path.withUnsafeBufferPointer { bytes in
            routes.filter { $0.match(bytes, at: path.startIndex, &parameters) }
        }
        guard let first = known.first else { return .notFound }
        var allowed: [Method] = []
        // Every path has OPTIONS: it is named once, at the end.
        for route in known where route.method != .options {
            allowed.append(route.method)
            if route.method == .get { allowed.append(.head) }
        }
        return .otherMethod(allowed: allowed + [.options], of: first)
    }
}
