internal import Text

/// What a customer ordered, as the bytes that go into views and into the store: one array.
///
/// Most orders are only passed on, so that nobody needs their strings and their items.
package struct OrderContent: Equatable, Sendable {
    /// The customer's ID, then the items as JSON without their currency.
    private let bytes: [UInt8]
    private let customerIDCount: Int

    /// The size of most items as JSON; longer ones only cost another allocation.
    private static let usualItemBytes = 96

    package init(customerID: String, items: [OrderItem]) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(customerID.utf8.count + items.count * Self.usualItemBytes)
        bytes.append(contentsOf: customerID.utf8)
        customerIDCount = bytes.count
        OrderItem.encode(items, into: &bytes)
        self.bytes = bytes
    }

    /// - Parameters:
    ///   - customerID: Valid UTF-8.
    ///   - items: Items in the form of ``OrderItem/encode(_:into:)``.
    init(customerID: Span<UInt8>, items: Span<UInt8>) {
        customerIDCount = customerID.count
        bytes = [UInt8](most: customerID.count + items.count) { bytes in
            bytes.append(customerID)
            bytes.append(items)
        }
    }

    package var customerID: String {
        String(decoding: bytes[..<customerIDCount], as: UTF8.self)
    }

    package var items: [OrderItem] {
        do {
            return try OrderItem.decode(Array(bytes[customerIDCount...]))
        } catch {
            preconditionFailure("items were not encoded by this program: \(error)")
        }
    }

    /// The number of all bytes.
    package var count: Int { bytes.count }

    /// The UTF-8 of the customer's ID.
    package var customerIDBytes: ArraySlice<UInt8> { bytes[..<customerIDCount] }

    /// The items in the form of ``OrderItem/encode(_:into:)``.
    package var itemsJSON: ArraySlice<UInt8> { bytes[customerIDCount...] }
}
