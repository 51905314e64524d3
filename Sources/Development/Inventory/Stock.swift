internal import FoundationEssentials
internal import Orders

/// The stock of the inventory stand-in; unlimited, unless a stock file sets limits.
package struct Stock: Sendable {
    /// The prefix of products that are always out of stock.
    static let outOfStockPrefix = "out-of-stock"

    /// The number of pieces left, by product; products that are not listed are unlimited.
    private var pieces: [String: Int]

    package init() {
        pieces = [:]
    }

    /// Reads a JSON object of product IDs and numbers of pieces, such as `{"p-1": 100}`.
    ///
    /// - Parameter path: The path of the file, for messages.
    /// - Throws: ``StockError`` with the path of the file.
    package init(json: [UInt8], path: String) throws(StockError) {
        do {
            pieces = try JSONDecoder().decode([String: Int].self, from: Data(json))
        } catch {
            throw StockError(
                path: path,
                reason: "it has to be a JSON object of product ids and whole numbers"
            )
        }
        if let (product, count) = pieces.first(where: { $0.value < 0 }) {
            throw StockError(path: path, reason: "\(product) has \(count) pieces")
        }
    }

    /// Takes all items of an order, or none.
    ///
    /// - Returns: The first product with too few pieces; `nil` if all items were taken.
    mutating func take(_ items: [OrderItem]) -> String? {
        var rest = pieces
        for item in items {
            if item.productID.hasPrefix(Self.outOfStockPrefix) { return item.productID }
            guard let left = rest[item.productID] else { continue }
            guard left >= item.quantity else { return item.productID }
            rest[item.productID] = left - item.quantity
        }
        pieces = rest
        return nil
    }
}

/// The reason why a stock file cannot be used.
package struct StockError: Error, Sendable, CustomStringConvertible {
    let path: String
    let reason: String

    package init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    package var description: String { "--stock: \(path): \(reason)" }
}
