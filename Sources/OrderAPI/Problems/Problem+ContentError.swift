internal import HTTPServer

extension Problem {
    /// What a client is told about a content coding that nobody here knows, or about several.
    init(unknownCodingIn fields: FieldSection) {
        let coding = Excerpt(fields.first(.contentEncoding) ?? [])
        self.init(
            .unsupportedMediaType,
            "Content-Encoding \(coding) is not supported; one of \(ContentCoding.list) is."
        )
        // RFC 9110 §15.5.16, §12.5.3.
        self.fields = [(.acceptEncoding, ContentCoding.list)]
    }

    /// What a client is told about a content that was sent compressed.
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
