package import Transport

/// What a request begins with: method, target and fields (RFC 9112 §3, §5), what they say about
/// framing, and what its handler decided about it.
///
/// A class, for it is handed on many times and is large. It is filled again for another request once
/// nobody holds it: see ``RequestHeads``.
///
/// Sendable because it is only filled while the server alone has it, before anyone else is shown it.
/// What is noted later is noted and read on its loop only.
package final class RequestHead: @unchecked Sendable {
    /// How the end of the content is found (RFC 9112 §6.3).
    ///
    /// A request without either field has none.
    enum Content: Equatable, Sendable {
        case none
        case length(Int)
        case chunked
    }

    /// What the fields say about this request's content and the connection.
    struct Framing: Sendable {
        var content = Content.none
        var expectsContinue = false
        /// Whether `Connection` names `Upgrade` (RFC 9110 §7.8).
        var asksToUpgrade = false
        /// Whether the connection may carry another request after this one (RFC 9112 §9.3).
        var keepsAlive = true
        /// Whether the client speaks HTTP/1.0: it knows neither chunks nor 1xx answers.
        var isVersion10 = false
    }

    // All of it is changed only here, and nothing is called back meanwhile.
    // Others see it through functions of this module: they would have each access checked.
    @exclusivity(unchecked) private var knownMethod = Method.get
    @exclusivity(unchecked) private var section = FieldSection()
    @exclusivity(unchecked) private(set) var framing = Framing()
    @exclusivity(unchecked) private var pathRange = 0..<0
    @exclusivity(unchecked) private var queryRange: Range<Int>?
    /// What the request's content is expanded to, in bytes, if it was compressed.
    @exclusivity(unchecked) private(set) var expandedBytes = 0

    @exclusivity(unchecked) private var knownClient: ClientNetwork?
    /// When it was complete, to a turn of the loop.
    @exclusivity(unchecked) private(set) var start = MonotonicTime.distantPast
    @exclusivity(unchecked) private var wasAdmitted = false
    @exclusivity(unchecked) private var knownRoute: Route?
    @exclusivity(unchecked) private var parameters = PathParameters()
    /// The answer, if the handler refused the request, until it is given.
    @exclusivity(unchecked) private var refusal: Response?
    /// What ``RequestHandler/makeContext()`` made; used again with the head, so nobody may hold it for
    /// longer than the head.
    package let context: AnyObject?

    init(context: AnyObject? = nil) {
        self.context = context
    }

    package var method: Method { knownMethod }
    package var fields: FieldSection { section }
    /// Whose request it is; `nil` on a socket without addresses.
    package var client: ClientNetwork? { knownClient }
    /// Whether the handler has been asked to admit it: ``context`` is this request's from then on.
    package var isAdmitted: Bool { wasAdmitted }

    /// See ``FieldSection/single(_:)``: the fields stay where they are.
    package func single(_ name: FieldName) -> FieldSection.Single { section.single(name) }

    /// The path as it was sent, percent-encoding untouched, such as `/orders/0193…`.
    ///
    /// It is `*` for a request about the server itself (RFC 9112 §3.2.4), and `/` when an absolute
    /// target has none (RFC 9112 §3.2.2).
    package var path: ArraySlice<UInt8> {
        pathRange.isEmpty ? [Octets.slash] : section.bytes[pathRange]
    }

    /// What follows the first `?`, percent-encoding untouched.
    package var query: ArraySlice<UInt8>? { queryRange.map { section.bytes[$0] } }

    /// The route that the request was found to have.
    package var route: Route? { wasAdmitted ? knownRoute : nil }

    /// See ``Request/parameter(_:)``.
    package func parameter(_ index: Int) -> ArraySlice<UInt8>? {
        parameters[index].map { section.bytes[$0] }
    }

    // MARK: Filling

    /// Forgets everything but the memory: another request begins.
    func empty() {
        section.empty()
        wasAdmitted = false
    }

    func noteExpanded(bytes: Int) { expandedBytes = bytes }

    /// - Parameters:
    ///   - path: Where it lies in the bytes of `fields`, which may come later.
    ///   - query: Where that lies.
    func begin(method: Method, path: Range<Int>, query: Range<Int>?) {
        knownMethod = method
        pathRange = path
        queryRange = query
        expandedBytes = 0
    }

    /// Notes where a field lies in the bytes that ``receive(_:)`` takes in the end.
    func note(name: Range<Int>, value: Range<Int>) { section.note(name: name, value: value) }

    /// Takes bytes that parts of the head lie in; returns where they are.
    @discardableResult
    func receive(_ bytes: Span<UInt8>) -> Range<Int> { section.receive(bytes) }

    /// Takes a field.
    func receive(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) {
        section.receive(name: name, value: value)
    }

    /// All of the head is there.
    func complete(_ framing: Framing) { self.framing = framing }

    // MARK: Admission

    /// Whether the handler refused the request, and the answer has not been given.
    var isRefused: Bool { refusal != nil }

    func takeRefusal() -> Response? { refusal.take() }

    /// Has the handler decide on the request.
    ///
    /// - Returns: Whether the request is accepted; if not, there is a ``takeRefusal()``.
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
