/// An answer as handlers make it.
///
/// The server adds `Date`, `Connection` and what tells where the content ends.
package struct Response: Sendable {
    package enum Content: Sendable {
        case bytes([UInt8])
        case stream(Stream)
    }

    /// Writes content as it comes; the answer's fields have been sent by then.
    ///
    /// The task is cancelled when the client leaves or the server begins to stop. Returning ends the
    /// content as a complete one, throwing as an incomplete one, which the client is shown. It is not
    /// called where an answer has no content (HEAD, 204, 304).
    package typealias Stream = @Sendable (any BodyWriter) async throws -> Void

    package var status: Status
    package var fields: FieldSection
    package var content: Content

    package init(
        _ status: Status,
        fields: FieldSection = FieldSection(),
        body: [UInt8] = []
    ) {
        self.status = status
        self.fields = fields
        content = .bytes(body)
    }

    package init(_ status: Status, fields: FieldSection, stream: @escaping Stream) {
        self.status = status
        self.fields = fields
        content = .stream(stream)
    }

    /// The content where it is not streamed.
    package var body: [UInt8] {
        if case .bytes(let bytes) = content { bytes } else { [] }
    }

    var isStream: Bool {
        if case .stream = content { true } else { false }
    }

    /// Whether there is never any content (RFC 9110 §15.3.5, §15.4.5).
    var hasNoContent: Bool { status.code == 204 || status.code == 304 }
}
