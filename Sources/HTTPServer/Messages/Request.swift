package import Transport

/// A complete request, with its content, as handlers receive it.
package struct Request: Sendable {
    package let head: RequestHead
    /// The content without transfer coding; at most ``Route/bodyLimitBytes``.
    package let body: [UInt8]

    package var method: Method { head.method }
    /// The header fields.
    ///
    /// Trailers are checked and dropped (RFC 9110 §6.5.1 allows this).
    package var fields: FieldSection { head.fields }
    package var client: ClientNetwork? { head.client }
    package var path: ArraySlice<UInt8> { head.path }
    package var query: ArraySlice<UInt8>? { head.query }

    /// Returns the part of the path that matches a parameter of the route's pattern, still
    /// percent-encoded.
    ///
    /// - Parameter index: The position of the parameter in the pattern, from 0.
    package func parameter(_ index: Int) -> ArraySlice<UInt8>? { head.parameter(index) }
}
