package import HTTPServer

extension Problem {
    /// Creates the error response for bytes that never became a request.
    package init(_ error: RequestError) {
        let detail =
            switch error {
            case .malformed(let reason): "The request is not valid HTTP: \(reason)."
            case .targetTooLong(let limit): "The request target is longer than \(limit) bytes."
            case .headTooLarge(let limit): "The request's head is larger than \(limit) bytes."
            case .tooManyFields(let limit): "The request has more than \(limit) header fields."
            case .bodyTooLarge(let limit): "The content is larger than \(limit) bytes."
            case .expectationUnknown: "Expect knows only 100-continue here."
            case .transferCodingUnknown: "Transfer-Encoding knows only chunked here."
            case .methodUnknown: "This method is not implemented."
            case .versionUnsupported:
                "This server speaks HTTP/1.0, HTTP/1.1 and, after its preface, HTTP/2."
            case .timedOut(let limit): "The request was not complete after \(limit)."
            case .tooManyConnections(let limit):
                "This client has \(limit) connections open, the most that it may have."
            case .overloaded: "The gateway is receiving too much at once. Send it again later."
            }
        self.init(error.status, detail)
        switch error {
        case .timedOut: isRetriable = true
        case .overloaded, .tooManyConnections:
            isRetriable = true
            fields = [(.retryAfter, "\(RetryAfter.seconds)")]
        default: break
        }
    }
}
