import Testing

@testable import Transport

struct ConnectionSharesTests {
    private let first = ClientNetwork(192, 0, 2, 1)
    private let second = ClientNetwork(192, 0, 2, 2)

    @Test func `a client has its share, whatever others have`() {
        let shares = ConnectionShares(limit: 2)
        #expect(shares.begin(first))
        #expect(shares.begin(first))
        #expect(!shares.begin(first))
        #expect(shares.begin(second))
    }

    @Test func `what has ended counts no more`() {
        let shares = ConnectionShares(limit: 1)
        for _ in 0..<3 {
            #expect(shares.begin(first))
            shares.end(first)
        }
        #expect(shares.begin(first))
        #expect(!shares.begin(first))
    }
}
