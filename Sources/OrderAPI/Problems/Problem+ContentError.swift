internal import HTTPServer

extension Problem {
    /// Creates the error response for an unknown content coding, or for several codings.
    init(unknownCodingIn fields: FieldSection) {
        let coding = Excerpt(fields.first(.contentEncoding) ?? [])
        self.init(
            .unsupportedMediaType,
            "Content-Encoding \(coding) is not supported; one of \(ContentCoding.list) is."
        )
        // See RFC 9110 §15.5.16 and §12.5.3.
        self.fields = [(.acceptEncoding, ContentCoding.list)]
    }

    /// Creates the error response for invalid compressed content.
    init(_ error: ContentError) {
        switch error {
        case .damaged(let coding, let reason):
            self.init(.badRequest, "The body is not valid \(coding): \(reason).")
        case .tooLarge(let limit):
            self.init(.contentTooLarge, "The content is larger than \(limit) bytes once expanded.")
        case .expandsTooFar(let factor):
            self.init(
                .contentTooLarge,
                "The content is more than \(factor) times as large once expanded."
            )
        }
    }
}
