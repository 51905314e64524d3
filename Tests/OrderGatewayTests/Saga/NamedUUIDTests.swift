import Orders
import Testing

@testable import OrderGateway

struct NamedUUIDTests {
    @Test func `the example of RFC 9562 A.4 comes out`() throws {
        let dns = try #require(UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8"))
        let named = NamedUUID.make(namespace: dns, name: "www.example.com")
        #expect(named.description == "2ed6657d-e927-568b-95e1-2665a8aea6a2")
    }
}
