import HTTPServer
import Orders
import Testing
import Text

@testable import OrderAPI

/// What a client may ask for, and the ids that it sends back.
struct ChangeIDTests {
    @Test(arguments: [(0, 0), (0xAB, 1), (.max, .max)] as [(UInt64, UInt64)])
    func `an id is read as it was written`(_ epoch: UInt64, _ number: UInt64) {
        let id = ChangeID(epoch: epoch, number: number)
        let bytes = [UInt8](most: ChangeID.Limits.textBytes) { id.write(to: &$0) }
        #expect(ChangeID(String(decoding: bytes, as: UTF8.self)) == id)
    }

    @Test(arguments: [
        "", "-", "1-1", "00000000000000ab", "00000000000000ab-", "00000000000000ab-x",
        "00000000000000ab--1", "00000000000000ab-1-1", "+0000000000000ab-1",
        "00000000000000ab-+1", "00000000000000ab-18446744073709551616", "00000000000000zz-1",
        " 00000000000000ab-1",
    ])
    func `anything else is no id`(_ text: String) { #expect(ChangeID(text) == nil) }

    private func filter(_ query: String) throws -> ChangeFilter {
        try ChangeFilter(try QueryParameters(Array(query.utf8)[...]))
    }

    @Test func `a query names a customer and a status`() throws {
        #expect(try filter("") == ChangeFilter())
        #expect(try filter("_=17") == ChangeFilter())
        #expect(try filter("customer_id=c%201") == ChangeFilter(customerID: "c 1"))
        #expect(try filter("status=cancelled") == ChangeFilter(status: .cancelled))
        #expect(
            try filter("status=pending&customer_id=c")
                == ChangeFilter(customerID: "c", status: .pending)
        )
    }

    @Test(arguments: [
        ("status=done", "status in the query must be one of pending, confirmed, cancelled."),
        ("status=", "status in the query must be one of pending, confirmed, cancelled."),
        ("status=pending&status=pending", "status is in the query more than once"),
        ("customer_id=a&customer_id=b", "customer_id is in the query more than once"),
        ("customer_id=", "customer_id in the query is empty"),
    ])
    func `a query that cannot be meant is refused`(_ query: String, _ detail: String) {
        let refusal = #expect(throws: ChangeFilter.Refusal.self) { try filter(query) }
        #expect(refusal?.detail.hasPrefix(detail) == true)
    }
}
