import TestSupport
import Testing
import Text

@testable import Orders

struct OrderContentTests {
    @Test func `a content has the customer and the items that it was made of`() throws {
        try withSeededGenerator { generator in
            for _ in 0..<1_000 {
                let customer = generator.text()
                let items = try generator.items()
                let content = OrderContent(customerID: customer, items: items)
                #expect(content.customerID == customer)
                #expect(content.items == items)
                #expect(Array(content.customerIDBytes) == Array(customer.utf8))
                #expect(try OrderItem.decode(Array(content.itemsJSON)) == items)
                #expect(content.count == content.customerIDBytes.count + content.itemsJSON.count)
                let copy = OrderContent(
                    customerID: content.customerIDBytes.span,
                    items: content.itemsJSON.span
                )
                #expect(copy == content)
            }
        }
    }

    @Test func `contents differ when the customer or an item does`() throws {
        let content = OrderContent(customerID: "c1", items: try Samples.items())
        #expect(content != OrderContent(customerID: "c", items: try Samples.items()))
        #expect(content != OrderContent(customerID: "c1", items: []))
        // The same characters to people, and other bytes in the view.
        #expect(
            OrderContent(customerID: "\u{e9}", items: [])
                != OrderContent(customerID: "e\u{301}", items: [])
        )
    }

    @Test func `a correlation ID keeps its bytes, whatever it is`() throws {
        try withSeededGenerator { generator in
            for _ in 0..<1_000 {
                let id = generator.uuid()
                for text in [generator.text()] + Spelling.allCases.map({ $0.of(id) }) {
                    let correlation = Correlation(text)
                    #expect(correlation.description == text)
                    #expect(correlation.byteCount == text.utf8.count)
                    #expect((correlation == .id(id)) == (text == id.description))
                }
            }
        }
    }
}
