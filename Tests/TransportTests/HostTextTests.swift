import Testing

@testable import Transport

struct HostTextTests {
    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "0.0.0.0"), ("::", "::"), ("::1", "::1"),
        ("[::1]", "::1"), ("[::]", "::"), ("fe80::1%eth0", "fe80::1%eth0"),
        ("[fe80::1%eth0]", "fe80::1%eth0"), ("localhost", "localhost"),
        ("gateway.example.com.", "gateway.example.com."), ("order_gateway", "order_gateway"),
        ("3com.com", "3com.com"), ("xn--bcher-kva.example", "xn--bcher-kva.example"),
    ])
    func `an address or a name is taken, without brackets`(_ text: String, _ host: String) {
        #expect(HostText.parse(text) == host)
    }

    @Test(arguments: [
        "", "*", "no such host", "127.1", "2130706433", "0x7f000001", "127.0.0.0x1", "127.0.0.256",
        "[::1", "::1]", "[127.0.0.1]", "[localhost]", "[::1]:8080", "127.0.0.1:8080",
        "localhost:8080", "http://localhost", "localhost/", "a..b", ".a", ".", "-a", "a-", "a,b",
        "fe80::1%", "1::2::3", "bücher.example", String(repeating: "a", count: 64),
        String(repeating: "a.", count: 127) + "aa",
    ])
    func `what is neither is not, whatever the resolver takes it for`(_ text: String) {
        #expect(HostText.parse(text) == nil)
    }
}
