/// A parsed request line and its fields (RFC 9112 §3, §5), with what they say about framing.
///
/// A class, for it is handed on many times and is large, and filled again for another request once
/// nobody holds it: see ``RequestHeads``.
///
/// Sendable because it is only filled while the server alone has it, before anyone else is shown it, and
/// how large its content has become is noted and read on its loop only.
final class RequestHead: @unchecked Sendable {
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
    @exclusivity(unchecked) private(set) var method = Method.get
    @exclusivity(unchecked) private(set) var fields = FieldSection()
    @exclusivity(unchecked) private(set) var framing = Framing()
    @exclusivity(unchecked) private var pathRange = 0..<0
    @exclusivity(unchecked) private var queryRange: Range<Int>?
    /// What the request's content is expanded to, in bytes, if it was compressed.
    @exclusivity(unchecked) private(set) var expandedBytes = 0

    /// Forgets everything but the memory: another request begins.
    func empty() { fields.empty() }

    func noteExpanded(bytes: Int) { expandedBytes = bytes }

    /// - Parameters:
    ///   - path: Where it lies in the bytes of `fields`, which may come later.
    ///   - query: Where that lies.
    func begin(method: Method, path: Range<Int>, query: Range<Int>?) {
        self.method = method
        pathRange = path
        queryRange = query
        expandedBytes = 0
    }

    /// Notes where a field lies in the bytes that ``receive(_:)`` takes in the end.
    func note(name: Range<Int>, value: Range<Int>) { fields.note(name: name, value: value) }

    /// Takes bytes that parts of the head lie in; returns where they are.
    @discardableResult
    func receive(_ bytes: Span<UInt8>) -> Range<Int> { fields.receive(bytes) }

    /// Takes a field.
    func receive(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) {
        fields.receive(name: name, value: value)
    }

    /// All of the head is there.
    func complete(_ framing: Framing) { self.framing = framing }

    /// The path; `/` when an absolute target has none (RFC 9112 §3.2.2).
    var path: ArraySlice<UInt8> {
        pathRange.isEmpty ? [Octets.slash] : fields.bytes[pathRange]
    }

    var query: ArraySlice<UInt8>? { queryRange.map { fields.bytes[$0] } }
}
