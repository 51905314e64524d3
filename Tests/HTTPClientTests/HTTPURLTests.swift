import HTTPClient
import Testing

/// URLs, and what may be shown of them.
struct HTTPURLTests {
    @Test(arguments: [
        ("http://collector:4318/v1/traces", "http://collector:4318/v1/traces"),
        ("http://collector", "http://collector/"),
        ("https://user:secret@collector/", "https://collector/"),
        ("https://user:se%40cret@collector:1/a", "https://collector:1/a"),
        ("https://collector/v1?api-key=secret#secret", "https://collector/v1"),
        ("http://[::1]:4318/", "http://[::1]:4318/"),
    ])
    func `a URL is shown without credentials and query`(_ text: String, _ shown: String) throws {
        #expect("\(try HTTPURL(text))" == shown)
    }

    @Test(arguments: [
        "", "collector", "collector:4318", "ftp://collector/", "file:///etc/passwd", "http://",
        "http://a b/", "unix:/tmp/socket", "http://collector:99999/", "://",
    ])
    func `other text is refused without being repeated`(_ text: String) {
        #expect {
            _ = try HTTPURL(text)
        } throws: { error in
            guard let error = error as? HTTPClientError else { return false }
            return error.kind == .invalidRequest && error.url == nil
                && error.description.contains("http://")
        }
    }

    @Test(arguments: [
        ("http://c:1", "http://c:1/v1/traces"), ("http://c:1/", "http://c:1/v1/traces"),
        ("http://c:1/otlp", "http://c:1/otlp/v1/traces"),
        ("http://c:1/otlp/", "http://c:1/otlp/v1/traces"),
    ])
    func `a path is added to the one that is there`(_ text: String, _ longer: String) throws {
        #expect("\(try HTTPURL(text).appending(path: "/v1/traces"))" == longer)
    }
}
