package import Transport

/// The beginning of a request: method, target and fields (RFC 9112 §3, §5), their framing, and the
/// handler's decision.
///
/// It is a class, because it is large and many functions pass it on. The server reuses it for
/// another request when nobody references it: see ``RequestHeads``.
///
/// It is Sendable because only the server fills it, before other code can access it. The values
/// that are set later are written and read only on its event loop.
package final class RequestHead: @unchecked Sendable {
    /// The way to find the end of the content (RFC 9112 §6.3).
    ///
    /// A request with neither of the two fields has no content.
    enum Content: Equatable, Sendable {
        case none
        case length(Int)
        case chunked
    }

    /// The information of the fields about the request's content and the connection.
    struct Framing: Sendable {
        var content = Content.none
        var expectsContinue = false
        /// Whether `Connection` names `Upgrade` (RFC 9110 §7.8).
        var asksToUpgrade = false
        /// Whether the connection may carry another request after this one (RFC 9112 §9.3).
        var keepsAlive = true
        /// Whether the client speaks HTTP/1.0, which has neither chunks nor 1xx responses.
        var isVersion10 = false
        /// Whether the request came over HTTP/2.
        var isVersion2 = false
    }

    // Only this class changes these properties, and no callback runs during a change. Other types
    // of this module access them through functions, which would check exclusive access each time.
    @exclusivity(unchecked) private var knownMethod = Method.get
    @exclusivity(unchecked) private var section = FieldSection()
    @exclusivity(unchecked) private(set) var framing = Framing()
    @exclusivity(unchecked) private var pathRange = 0..<0
    @exclusivity(unchecked) private var queryRange: Range<Int>?
    /// The size of the request's content after decompression, in bytes, if it was compressed.
    @exclusivity(unchecked) private(set) var expandedBytes = 0

    @exclusivity(unchecked) private var knownClient: ClientNetwork?
    /// The time when the head was complete, accurate to one turn of the event loop.
    @exclusivity(unchecked) private(set) var start = MonotonicTime.distantPast
    @exclusivity(unchecked) private var wasAdmitted = false
    @exclusivity(unchecked) private var knownRoute: Route?
    @exclusivity(unchecked) private var parameters = PathParameters()
    /// The response of a refusing handler, until it is sent.
    @exclusivity(unchecked) private var refusal: Response?
    /// The object that ``RequestHandler/makeContext()`` created.
    ///
    /// It is reused together with the head, so nobody may keep it longer than the head.
    package let context: AnyObject?

    init(context: AnyObject? = nil) {
        self.context = context
    }

    package var method: Method { knownMethod }
    /// The version of HTTP as a request line names it, such as `HTTP/1.1`.
    package var version: StaticString {
        if framing.isVersion2 { "HTTP/2.0" } else { framing.isVersion10 ? "HTTP/1.0" : "HTTP/1.1" }
    }
    package var fields: FieldSection { section }
    /// The client that sent the request; `nil` on a socket without addresses.
    package var client: ClientNetwork? { knownClient }
    /// Whether the handler has decided on this request; from then on ``context`` belongs to it.
    package var isAdmitted: Bool { wasAdmitted }

    /// Returns the value of a field without copying the fields; see ``FieldSection/single(_:)``.
    package func single(_ name: FieldName) -> FieldSection.Single { section.single(name) }

    /// The path as the client sent it, still percent-encoded, such as `/orders/0193…`.
    ///
    /// It is `*` for a request about the server itself (RFC 9112 §3.2.4), and `/` when an absolute
    /// target has no path (RFC 9112 §3.2.2).
    package var path: ArraySlice<UInt8> {
        pathRange.isEmpty ? [Octets.slash] : section.bytes[pathRange]
    }

    /// The part after the first `?`, still percent-encoded.
    package var query: ArraySlice<UInt8>? { queryRange.map { section.bytes[$0] } }

    /// The route of the request, if the handler found one.
    package var route: Route? { wasAdmitted ? knownRoute : nil }

    /// The identity of the route, without a reference to it.
    package var routeIdentity: ObjectIdentifier? {
        wasAdmitted ? knownRoute.map { ObjectIdentifier($0) } : nil
    }

    /// Returns a parameter of the path; see ``Request/parameter(_:)``.
    package func parameter(_ index: Int) -> ArraySlice<UInt8>? {
        parameters[index].map { section.bytes[$0] }
    }

    /// The memory that a later request reuses, in bytes.
    var capacity: Int { section.capacity }

    // MARK: Filling

    /// Clears the head but keeps its memory, to begin another request.
    func empty() {
        section.empty()
        wasAdmitted = false
    }

    func noteExpanded(bytes: Int) { expandedBytes = bytes }

    /// Sets the method and the target.
    ///
    /// - Parameters:
    ///   - path: The range of the path in the bytes of `fields`, which may be added later.
    ///   - query: The range of the query in the same bytes.
    func begin(method: Method, path: Range<Int>, query: Range<Int>?) {
        knownMethod = method
        pathRange = path
        queryRange = query
        expandedBytes = 0
    }

    /// Records the range of a field in the bytes that a later call of ``receive(_:)`` adds.
    func note(name: Range<Int>, value: Range<Int>) { section.note(name: name, value: value) }

    /// Appends bytes that contain parts of the head, and returns their range.
    @discardableResult
    func receive(_ bytes: Span<UInt8>) -> Range<Int> { section.receive(bytes) }

    /// Appends a field.
    func receive(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) {
        section.receive(name: name, value: value)
    }

    /// Completes the head.
    func complete(_ framing: Framing) { self.framing = framing }

    // MARK: Admission

    /// Whether the handler refused the request and its response is not taken yet.
    var isRefused: Bool { refusal != nil }

    func takeRefusal() -> Response? { refusal.take() }

    /// Lets the handler decide on the request.
    ///
    /// - Returns: Whether the request is accepted; if not, ``takeRefusal()`` returns the response.
    func admit(
        by handler: any RequestHandler,
        client: ClientNetwork?,
        now: MonotonicTime
    ) -> Bool {
        knownClient = client
        start = now
        wasAdmitted = true
        // The refusal of an earlier request that ended before its response was given.
        if refusal != nil { refusal = nil }
        switch handler.admit(self) {
        case .accepted(let route, let parameters):
            knownRoute = route
            self.parameters = parameters
            return true
        case .refused(let response, let route):
            knownRoute = route
            refusal = response
            return false
        }
    }
}
