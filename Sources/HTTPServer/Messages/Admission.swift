/// What a handler decides on a request by its head, before its content is read.
package enum Admission: Sendable {
    /// On the terms of its route: ``Route/bodyLimitBytes`` and ``Route/deadline``.
    case accepted(Route?, PathParameters)
    /// The request is answered with this; its content is thrown away.
    ///
    /// - Parameter of: The route whose path it has, when there is one.
    case refused(Response, of: Route?)
}
