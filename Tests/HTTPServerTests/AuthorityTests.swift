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
}
