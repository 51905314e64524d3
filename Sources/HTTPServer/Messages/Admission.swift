/// The decision of a handler on a request, made from its head before its content is read.
package enum Admission: Sendable {
    /// The request is accepted with the limits of its route: ``Route/bodyLimitBytes`` and
    /// ``Route/deadline``.
    case accepted(Route?, PathParameters)
    /// The request is refused with this response; its content is discarded.
    ///
    /// - Parameter of: The route that matches the path, if there is one.
    case refused(Response, of: Route?)
}
