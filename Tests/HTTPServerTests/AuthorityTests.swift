import Testing

@testable import HTTPServer

/// `uri-host [ ":" port ]` (RFC 9110 §7.2, RFC 3986 §3.2.2).
struct AuthorityTests {
    private func isValid(_ text: String) -> Bool {
        // What stands around it is none of it.
        let bytes = Array("]:\(text)1]".utf8)
        return Authority.isValid(bytes.span, 2..<bytes.count - 2)
    }

    @Test(arguments: [
        "", "x", "gateway.example", "gateway:8080", "gateway:", ":80", "127.0.0.1:80", "a-b_c~d.e",
        "a!$&'()*+,;=b", "%41%7e", "a%20b:1", "[::1]", "[::1]:8080", "[2001:DB8::7]:", "[::]",
        "[::ffff:127.0.0.1]:1", "[v1.a:b]", "[VFf.~]:2", "x:0000000080",
    ])
    func `a host, an address and a port are one`(_ text: String) {
        #expect(isValid(text))
    }

    @Test(arguments: [
        "[", "]", "[]", "[::1", "::1]", "[::1]8080", "[::1]a", "[::1]]", "[[::1]]", "a[::1]", "[x]",
        "[127.0.0.1]", "[::1%25eth0]", "[1::2::3]", "[v1.]", "[v.a]", "[v1]", "[v1.a@b]",
        "[v1.a%41]", "[\0::1]", "[::1\0]", "x:8a", "x:a", "x:80:80", "x::80", "::", "::1", "x:80 ",
        " x", "x y",
        "x:-1", "x:+1", "me@x", "me:word@x:1", "@x", "a/b", "a?b", "a#b", "a\\b", "a\"b", "a<b",
        "a^b",
        "a%", "a%4", "a%4x", "a%zz", "%4", "é", "a\u{7F}", "a\0", "x]", "x[:1]:80", "x:80[",
    ])
    func `what is more or less than these is none`(_ text: String) {
        #expect(!isValid(text))
    }

    @Test(arguments: [
        ("x", "x", true), ("x", "X", true), ("x", "x:", true), ("x", "x:80", true),
        ("x:", "X:80", true), ("[::A]", "[::a]:80", true), ("x", "y", false), ("x", "x:443", false),
        ("x", "x:8", false), ("x:80", "x:443", false), ("x:81", "x:82", false), ("x", "xx", false),
        ("x", "", false),
    ])
    func `no port is the usual one, and letters have no case (RFC 9110 §4.2.3)`(
        _ left: String,
        _ right: String,
        _ isSame: Bool
    ) {
        for (left, right) in [(left, right), (right, left)] {
            let (left, right) = (Array(left.utf8), Array(right.utf8))
            let found = Authority.isSame(left.span, right.span, isSecure: false)
            #expect(found == isSame)
        }
    }

    @Test func `with https the usual port is another`() {
        let (bare, http, https) = (Array("x".utf8), Array("x:80".utf8), Array("x:443".utf8))
        let isHTTPS = Authority.isSame(bare.span, https.span, isSecure: true)
        #expect(isHTTPS)
        let isHTTP = Authority.isSame(bare.span, http.span, isSecure: true)
        #expect(!isHTTP)
    }
}
