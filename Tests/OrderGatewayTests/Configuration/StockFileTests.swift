import Orders
import TestSupport
import Testing

@testable import OrderGateway
@testable import Development

struct StockFileTests {
    private func item(_ product: String, _ quantity: Int) -> OrderItem {
        OrderItem(productID: product, quantity: quantity, unitPrice: .zero)
    }

    private func stock(_ json: String) throws -> Stock {
        try withTemporaryFolder { try StockFile.read($0.write(json, to: "stock.json")) }
    }

    @Test func `without a file nothing runs out`() {
        var stock = Stock()
        for _ in 0..<100 { #expect(stock.take([item("p", 10_000)]) == nil) }
    }

    @Test func `some products are never there`() {
        var stock = Stock()
        #expect(stock.take([item("p", 1), item("out-of-stock-1", 1)]) == "out-of-stock-1")
        #expect(stock.take([item("out-of-stock", 1)]) == "out-of-stock")
        #expect(stock.take([item("not-out-of-stock", 1)]) == nil)
        #expect(stock.take([item("Out-of-stock", 1)]) == nil)
    }

    @Test func `pieces are counted down`() throws {
        var stock = try stock(#"{"p": 5}"#)
        #expect(stock.take([item("p", 3)]) == nil)
        #expect(stock.take([item("p", 3)]) == "p")
        #expect(stock.take([item("p", 2)]) == nil)
        #expect(stock.take([item("p", 1)]) == "p")
        #expect(stock.take([item("other", 1_000)]) == nil)
    }

    @Test func `all items are taken, or none`() throws {
        var stock = try stock(#"{"p": 5, "q": 1}"#)
        #expect(stock.take([item("p", 5), item("q", 2)]) == "q")
        #expect(stock.take([item("p", 5), item("out-of-stock", 1)]) == "out-of-stock")
        #expect(stock.take([item("p", 5), item("q", 1)]) == nil)
    }

    @Test func `items of the same product add up`() throws {
        var stock = try stock(#"{"p": 5}"#)
        #expect(stock.take([item("p", 3), item("p", 3)]) == "p")
        #expect(stock.take([item("p", 3), item("p", 2)]) == nil)
        #expect(stock.take([item("p", 1)]) == "p")
    }

    @Test func `a listed product may be out of stock from the start`() throws {
        var stock = try stock(#"{"p": 0}"#)
        #expect(stock.take([item("p", 1)]) == "p")
    }

    @Test(arguments: [
        ("[]", "it has to be a JSON object of product ids and whole numbers"),
        (#"{"p": "many"}"#, "it has to be a JSON object of product ids and whole numbers"),
        (#"{"p": 1.5}"#, "it has to be a JSON object of product ids and whole numbers"),
        ("", "it has to be a JSON object of product ids and whole numbers"),
        (#"{"p": -1}"#, "p has -1 pieces"),
    ])
    func `a file that cannot be used is named`(_ text: String, _ reason: String) throws {
        try withTemporaryFolder { folder in
            let path = try folder.write(text, to: "stock.json")
            let error = try #require(throws: StockError.self) { try StockFile.read(path) }
            #expect(error.description == "--stock: \(path): \(reason)")
        }
    }

    @Test func `a file that is not there is named`() throws {
        let error = try #require(throws: StockError.self) { try StockFile.read("/nowhere/stock") }
        #expect(
            error.description
                == "--stock: /nowhere/stock: it cannot be read: No such file or directory"
        )
    }
}
