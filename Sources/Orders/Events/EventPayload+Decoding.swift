internal import Text

// Decodes the data of each event. Versions 1.0 and 2.0 differ only in the format of money.

extension OrderCreated {
    init(_ source: inout EventSource, _ money: MoneyShape) throws(EventError) {
        var orderID: OrderID?
        var customerID: String?
        var items: [OrderItem]?
        var totalAmount: Money?
        var money = MoneyReader(money)
        _ = try source.enterObject()
        while let key = try source.nextKey() {
            if source.isKey(key, "order_id") {
                orderID = try source.uuid("/data/order_id")
            } else if source.isKey(key, "customer_id") {
                customerID = try source.text("/data/customer_id")
            } else if source.isKey(key, "items") {
                items = try OrderItem.list(&source, "/data/items", &money)
            } else if source.isKey(key, "total_amount") {
                totalAmount =
                    try source.takeNull() ? nil : money.read(&source, "/data/total_amount")
            } else {
                try source.skip()
            }
        }
        self.init(
            orderID: try require(orderID, "/data/order_id"),
            customerID: try require(customerID, "/data/customer_id"),
            items: try require(items, "/data/items"),
            totalAmount: try Self.total(totalAmount, items ?? []),
            currency: money.currency
        )
    }

    /// Returns the total from the event, or the sum of the items if the event has no total.
    private static func total(
        _ sent: Money?,
        _ items: [OrderItem]
    ) throws(EventError) -> Money {
        guard let total = sent ?? OrderItem.total(items) else {
            throw .invalid(
                pointer: "/data/items",
                reason: "must add up to at most \(Money.maximum)"
            )
        }
        return total
    }
}

extension OrderItem {
    /// Reads an array of items.
    static func list(
        _ source: inout EventSource,
        _ pointer: @autoclosure () -> String,
        _ money: inout MoneyReader
    ) throws(EventError) -> [OrderItem] {
        var items: [OrderItem] = []
        try source.enterArray(pointer())
        while try source.nextElement() {
            guard items.count < Event.Limits.items else {
                throw .invalid(
                    pointer: pointer(),
                    reason: "must have at most \(Event.Limits.items) items"
                )
            }
            items.append(try OrderItem(&source, at: items.count, of: pointer(), &money))
        }
        return items
    }

    private init(
        _ source: inout EventSource,
        at index: Int,
        of list: @autoclosure () -> String,
        _ money: inout MoneyReader
    ) throws(EventError) {
        var productID: String?
        var quantity: Int?
        var unitPrice: Money?
        // The string of a pointer is created only for an error.
        func pointer(_ member: String) -> String { "\(list())/\(index)\(member)" }
        guard try source.enterObject() else {
            throw .wrongType(pointer: pointer(""), expected: "an object")
        }
        while let key = try source.nextKey() {
            if source.isKey(key, "product_id") {
                productID = try source.text(pointer("/product_id"))
            } else if source.isKey(key, "quantity") {
                quantity = try source.positiveInteger(pointer("/quantity"))
            } else if source.isKey(key, "unit_price") {
                unitPrice = try money.read(&source, pointer("/unit_price"))
            } else {
                try source.skip()
            }
        }
        self.init(
            productID: try require(productID, pointer("/product_id")),
            quantity: try require(quantity, pointer("/quantity")),
            unitPrice: try require(unitPrice, pointer("/unit_price"))
        )
    }
}

extension OrderCancelled {
    /// - Parameter eventID: The ID of the cancellation. It is the cause if the data contains none.
    init(_ source: inout EventSource, of eventID: EventID) throws(EventError) {
        var orderID: OrderID?
        var reason: String?
        var causedBy: EventID?
        _ = try source.enterObject()
        while let key = try source.nextKey() {
            if source.isKey(key, "order_id") {
                orderID = try source.uuid("/data/order_id")
            } else if source.isKey(key, "reason") {
                reason = try source.optionalText("/data/reason")
            } else if source.isKey(key, "caused_by") {
                causedBy = try source.optionalUUID("/data/caused_by")
            } else {
                try source.skip()
            }
        }
        self.init(
            orderID: try require(orderID, "/data/order_id"),
            reason: reason ?? Event.Defaults.reason,
            causedBy: causedBy ?? eventID
        )
    }
}

extension InventoryReserved {
    init(_ source: inout EventSource) throws(EventError) {
        var orderID: OrderID?
        _ = try source.enterObject()
        while let key = try source.nextKey() {
            if source.isKey(key, "order_id") {
                orderID = try source.uuid("/data/order_id")
            } else {
                try source.skip()
            }
        }
        self.init(orderID: try require(orderID, "/data/order_id"))
    }
}

extension InventoryReservationFailed {
    init(_ source: inout EventSource) throws(EventError) {
        var orderID: OrderID?
        var reason: String?
        var productID: String?
        _ = try source.enterObject()
        while let key = try source.nextKey() {
            if source.isKey(key, "order_id") {
                orderID = try source.uuid("/data/order_id")
            } else if source.isKey(key, "reason") {
                reason = try source.optionalText("/data/reason")
            } else if source.isKey(key, "product_id") {
                productID = try source.optionalText("/data/product_id")
            } else {
                try source.skip()
            }
        }
        self.init(
            orderID: try require(orderID, "/data/order_id"),
            reason: reason ?? Event.Defaults.reason,
            productID: productID
        )
    }
}
