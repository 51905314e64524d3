package import Transport

/// A request as handlers answer it: complete, its content included.
package struct Request: Sendable {
    package let head: RequestHead
    /// The content, free of transfer coding; at most ``Route/bodyLimitBytes``.
    package let body: [UInt8]

    package var method: Method { head.method }
    /// The header fields.
    ///
    /// Trailers are checked and dropped (RFC 9110 §6.5.1 lets a server do so).
    package var fields: FieldSection { head.fields }
    package var client: ClientNetwork? { head.client }
    package var path: ArraySlice<UInt8> { head.path }
    package var query: ArraySlice<UInt8>? { head.query }

    /// What stands in the path for a parameter of the route's pattern, counted from 0;
    /// percent-encoding untouched.
    package func parameter(_ index: Int) -> ArraySlice<UInt8>? { head.parameter(index) }
}
