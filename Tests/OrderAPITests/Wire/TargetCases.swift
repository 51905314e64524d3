/// The request target in its four forms (RFC 9112 §3.2), and the host (RFC 9110 §7.2).
extension WireCase {
    private static func target(_ target: String, method: String = "GET") -> String {
        head("\(method) \(target) HTTP/1.1", "Host: x")
    }

    static let targetCases: [WireCase] =
        [
            .stays("RFC 9112 §3.2.1: a path", target("/healthz"), 200),
            .stays("RFC 9112 §3.2.1: a path and a query", target("/healthz?a=b&c=%20"), 200),
            .stays("RFC 9112 §3.2.1: an empty query", target("/healthz?"), 200),
            .stays("RFC 3986 §3.4: a query may hold / and ?", target("/healthz?a?b/c"), 200),
            .stays("RFC 3986 §3.3: a path may hold sub-delims", target("/a!$&'()*+,;=:@b"), 404),
            .stays("RFC 3986 §6.2.2.1: paths are case-sensitive", target("/HEALTHZ"), 404),
            .stays("RFC 9110 §4.2.3: a final slash makes another path", target("/healthz/"), 404),
            .stays("RFC 3986 §3.3: an empty segment makes another path", target("//healthz"), 404),
            .stays("RFC 3986 §5.2.4: dot segments are not resolved", target("/a/../healthz"), 404),
            .stays("RFC 3986 §2.1: an escape is taken", target("/orders/%41"), 404),
            .closes("RFC 3986 §2.1: one without hex digits is not", target("/orders/%4x"), 400),
            .closes("RFC 3986 §2.1: nor one cut off", target("/orders/%4"), 400),
            .closes("RFC 3986 §2.1: nor one cut off before the query", target("/a%4?b"), 400),
            .closes("RFC 3986 §2.1: nor one in the query", target("/a?%zz"), 400),
            .closes("RFC 9112 §3.2.1: a path begins with a slash", target("healthz"), 400),
            .closes("RFC 9112 §3.2.1: a query alone is no target", target("?a=b"), 400),
            .closes("RFC 9112 §3.2: a fragment is none either", target("/healthz#top"), 400),
            .stays("RFC 9112 §3.2.2: a URL", target("http://gateway/healthz"), 200),
            .stays("RFC 9112 §3.2.2: with a port", target("http://gateway:8080/healthz"), 200),
            .stays("RFC 9112 §3.2.2: with an IPv6 host", target("http://[::1]:80/healthz"), 200),
            .stays("RFC 9110 §4.2.3: schemes have no case", target("HTTP://gateway/healthz"), 200),
            .stays("RFC 9112 §3.2.2: Host counts less than a URL", target("http://y/healthz"), 200),
            .stays("RFC 9112 §3.2.2: a URL without a path", target("http://gateway"), 200),
            .stays("RFC 9112 §3.2.2: with a query instead", target("http://gateway?a"), 200),
            .closes("RFC 9110 §4.2.1: a URL has a host", target("http:///healthz"), 400),
            .closes("RFC 9110 §4.2.4: and no user", target("http://me@gateway/healthz"), 400),
            .closes("RFC 9110 §4.2.4: nor one with a word", target("http://me:a@gateway/"), 400),
            .closes("RFC 9110 §4.2.4: nor an empty one", target("http://@gateway/healthz"), 400),
            .closes("RFC 9110 §4.2.1: a port is no host", target("http://:80/healthz"), 400),
            .closes("RFC 9110 §4.2.1: with a query too", target("http://?a"), 400),
            .closes("RFC 3986 §3.2.2: a URL's bracket is closed", target("http://[::1/"), 400),
            .closes("RFC 3986 §3.2.2: and opened", target("http://::1]/healthz"), 400),
            .closes("RFC 3986 §3.2.2: around an address", target("http://[x]/healthz"), 400),
            .closes("RFC 3986 §3.2.2: and nothing more", target("http://[::1]x/healthz"), 400),
            .closes("RFC 3986 §3.2.3: a URL's port is digits", target("http://x:8a/healthz"), 400),
            .closes("RFC 3986 §3.2.3: and there is one", target("http://x:80:80/healthz"), 400),
            .stays("RFC 3986 §3.2.3: it may be empty", target("http://x:/healthz"), 200),
            .closes("RFC 9110 §4.2.1: and two slashes", target("http:/gateway/healthz"), 400),
            .closes("RFC 9110 §4.2.2: https is not served here", target("https://x/healthz"), 400),
            .closes("RFC 9112 §3.2.2: nor another scheme", target("ftp://x/healthz"), 400),
            .closes("RFC 9112 §3.2.2: a URL has no spaces", target("http://gate way/healthz"), 400),
            .closes("RFC 9112 §3.2.3: an authority is for CONNECT", target("gateway:8080"), 400),
            .stays(
                "RFC 9112 §3.2.4: the asterisk is for OPTIONS",
                target("*", method: "OPTIONS"),
                WireAnswer(204, fields: ["Allow": "GET, HEAD, POST, OPTIONS"])
            ),
            .closes("RFC 9112 §3.2.4: and for no other method", target("*"), 400),
            .closes("RFC 9112 §3.2.4: and stands alone", target("*a", method: "OPTIONS"), 400),
        ]
        + ["\"", "<", ">", "\\", "^", "`", "{", "|", "}", "\u{7F}", "é", "\u{01}"].map {
            .closes("RFC 3986 §2: \(String(reflecting: $0)) is for no URL", target("/a\($0)b"), 400)
        }

    private static func hosts(_ lines: String...) -> String {
        (["GET /healthz HTTP/1.1"] + lines).map { $0 + "\r\n" }.joined() + "\r\n"
    }

    static let hostCases: [WireCase] = [
        .closes("RFC 9112 §3.2: HTTP/1.1 needs Host", hosts(), 400),
        .closes("RFC 9112 §3.2: once", hosts("Host: x", "Host: y"), 400),
        .closes("RFC 9112 §3.2: even the same only once", hosts("Host: x", "host: x"), 400),
        .closes("RFC 9112 §3.2: no list", hosts("Host: x, y"), 400),
        .closes("RFC 9112 §3.2: no path", hosts("Host: x/healthz"), 400),
        .closes("RFC 9112 §3.2: no user", hosts("Host: me@x"), 400),
        .closes("RFC 9112 §3.2: no space", hosts("Host: x y"), 400),
        .closes("RFC 9112 §3.2: no letter beyond ASCII", hosts("Host: é"), 400),
        .closes("RFC 9110 §7.2: no user with a word", hosts("Host: me:a@x"), 400),
        .closes("RFC 9110 §7.2: no empty user", hosts("Host: @x"), 400),
        .closes("RFC 3986 §3.2.2: no bracket that is left open", hosts("Host: [::1"), 400),
        .closes("RFC 3986 §3.2.2: no bracket alone", hosts("Host: ["), 400),
        .closes("RFC 3986 §3.2.2: none that is not opened", hosts("Host: ::1]"), 400),
        .closes("RFC 3986 §3.2.2: none around nothing", hosts("Host: []"), 400),
        .closes("RFC 3986 §3.2.2: none around a name", hosts("Host: [gateway]"), 400),
        .closes("RFC 3986 §3.2.2: none around IPv4", hosts("Host: [127.0.0.1]"), 400),
        .closes("RFC 3986 §3.2.2: none in a name", hosts("Host: a[::1]"), 400),
        .closes("RFC 3986 §3.2.2: nothing after one but a port", hosts("Host: [::1]80"), 400),
        .closes("RFC 3986 §3.2.2: no IPv6 address without", hosts("Host: ::1"), 400),
        .closes("RFC 6874 §4: no zone", hosts("Host: [fe80::1%25eth0]"), 400),
        .closes("RFC 3986 §3.2.3: no letters in the port", hosts("Host: x:8a"), 400),
        .closes("RFC 3986 §3.2.3: no sign in it", hosts("Host: x:-1"), 400),
        .closes("RFC 3986 §3.2.3: no two ports", hosts("Host: x:80:80"), 400),
        .closes("RFC 3986 §3.2.3: no two colons", hosts("Host: x::80"), 400),
        .closes("RFC 3986 §2.1: no escape that is none", hosts("Host: a%4x"), 400),
        .stays("RFC 3986 §3.2.2: an escape may be one", hosts("Host: a%41"), 200),
        .stays("RFC 3986 §3.2.3: a port may be empty", hosts("Host: gateway:"), 200),
        .stays("RFC 3986 §3.2.2: an address of a kind to come", hosts("Host: [v1.a]:1"), 200),
        .stays("RFC 9112 §3.2: it may be empty", hosts("Host:"), 200),
        .stays("RFC 9110 §7.2: it may have a port", hosts("Host: gateway:8080"), 200),
        .stays("RFC 9110 §7.2: it may be an IPv6 address", hosts("Host: [::1]:8080"), 200),
        .stays("RFC 9110 §5.1: its name has no case", hosts("hOsT: gateway"), 200),
        .closes("RFC 9112 §3.2: HTTP/1.0 does not need it", head("GET /healthz HTTP/1.0"), 200),
    ]
}
