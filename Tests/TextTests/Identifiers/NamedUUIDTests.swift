import Testing

@testable import Text

struct NamedUUIDTests {
    @Test func `the example of RFC 9562 A.4 comes out`() throws {
        let dns = try #require(UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8"))
        let named = NamedUUID.make(namespace: dns, name: "www.example.com")
        #expect(named.description == "2ed6657d-e927-568b-95e1-2665a8aea6a2")
    }

    /// Cancellations that are in the topics already are recognised by their ids.
    @Test func `the id of a cancellation is the one that earlier releases gave it`() throws {
        let failure = try #require(UUID("01a209bd-6961-7291-befe-0e3af7d23942"))
        let named = NamedUUID.make(namespace: failure, name: "OrderCancelled")
        #expect(named.description == "bf1535fe-5873-5f30-913e-ad500946826c")
    }
}
