/// A response as handlers create it.
///
/// The server adds `Date`, `Connection` and the fields that mark the end of the content.
package struct Response: Sendable {
    package enum Content: Sendable {
        case bytes([UInt8])
        case stream(Stream)
    }

    /// Writes content as it becomes available, after the response's fields were sent.
    ///
    /// The task is cancelled when the client leaves or the server begins to stop. Returning
    /// completes the content. Throwing marks it as incomplete for the client. It is not called when
    /// a response has no content (HEAD, 204, 304).
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

    /// The content if it is not streamed, else empty.
    package var body: [UInt8] {
        if case .bytes(let bytes) = content { bytes } else { [] }
    }

    var isStream: Bool {
        if case .stream = content { true } else { false }
    }

    /// Whether the status never allows content (RFC 9110 §15.3.5, §15.4.5).
    var hasNoContent: Bool { status.code == 204 || status.code == 304 }
}
