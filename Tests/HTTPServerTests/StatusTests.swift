import Testing

@testable import HTTPServer

/// RFC 9110 §15.
struct StatusTests {
    /// The words of IANA's registry, which clients see as the titles of problems.
    @Test(arguments: [
        (Status.continue, 100, "Continue"),
        (.ok, 200, "OK"),
        (.accepted, 202, "Accepted"),
        (.noContent, 204, "No Content"),
        (Status(code: 207), 207, "Multi-Status"),
        (.notModified, 304, "Not Modified"),
        (.badRequest, 400, "Bad Request"),
        (Status(code: 401), 401, "Unauthorized"),
        (Status(code: 403), 403, "Forbidden"),
        (.notFound, 404, "Not Found"),
        (.methodNotAllowed, 405, "Method Not Allowed"),
        (.notAcceptable, 406, "Not Acceptable"),
        (.requestTimeout, 408, "Request Timeout"),
        (Status(code: 409), 409, "Conflict"),
        (.contentTooLarge, 413, "Content Too Large"),
        (.uriTooLong, 414, "URI Too Long"),
        (.unsupportedMediaType, 415, "Unsupported Media Type"),
        (.expectationFailed, 417, "Expectation Failed"),
        (.unprocessableContent, 422, "Unprocessable Content"),
        (.tooManyRequests, 429, "Too Many Requests"),
        (.requestHeaderFieldsTooLarge, 431, "Request Header Fields Too Large"),
        (.notImplemented, 501, "Not Implemented"),
        (.serviceUnavailable, 503, "Service Unavailable"),
        (.gatewayTimeout, 504, "Gateway Timeout"),
        (.httpVersionNotSupported, 505, "HTTP Version Not Supported"),
    ])
    func `a status has its code and the registered phrase`(
        _ status: Status,
        _ code: Int,
        _ phrase: String
    ) {
        #expect(status.code == code)
        #expect(status.reasonPhrase == phrase)
        #expect(status == Status(code: code))
    }

    @Test(arguments: [
        (101, "Switching Protocols"),
        (102, "Processing"),
        (103, "Early Hints"),
        (201, "Created"),
        (203, "Non-Authoritative Information"),
        (205, "Reset Content"),
        (206, "Partial Content"),
        (208, "Already Reported"),
        (226, "IM Used"),
        (300, "Multiple Choices"),
        (301, "Moved Permanently"),
        (302, "Found"),
        (303, "See Other"),
        (305, "Use Proxy"),
        (307, "Temporary Redirect"),
        (308, "Permanent Redirect"),
        (402, "Payment Required"),
        (407, "Proxy Authentication Required"),
        (410, "Gone"),
        (411, "Length Required"),
        (412, "Precondition Failed"),
        (416, "Range Not Satisfiable"),
        (421, "Misdirected Request"),
        (423, "Locked"),
        (424, "Failed Dependency"),
        (425, "Too Early"),
        (426, "Upgrade Required"),
        (428, "Precondition Required"),
        (451, "Unavailable For Legal Reasons"),
        (500, "Internal Server Error"),
        (502, "Bad Gateway"),
        (506, "Variant Also Negotiates"),
        (507, "Insufficient Storage"),
        (508, "Loop Detected"),
        (511, "Network Authentication Required"),
    ])
    func `a code without a name of its own has its registered phrase too`(
        _ code: Int,
        _ phrase: String
    ) {
        #expect(Status(code: code).reasonPhrase == phrase)
    }

    @Test(arguments: [104, 199, 299, 306, 418, 420, 430, 499, 510, 599, 999])
    func `a code that is not registered has no phrase`(_ code: Int) {
        #expect(Status(code: code).reasonPhrase.isEmpty)
    }
}
