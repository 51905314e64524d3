// The data of each event. 1.0 and 2.0 differ in how they write money, and in nothing else.

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
                totalAmount = try money.read(&source, "/data/total_amount")
            } else {
                try source.skip()
            }
        }
        self.init(
            orderID: try require(orderID, "/data/order_id"),
            customerID: try require(customerID, "/data/customer_id"),
            items: try require(items, "/data/items"),
            totalAmount: try require(totalAmount, "/data/total_amount"),
            currency: money.currency
        )
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
        // Made only for an error: pointers of sound items are never looked at.
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
    init(_ source: inout EventSource) throws(EventError) {
        var orderID: OrderID?
        var reason: String?
        var causedBy: EventID?
        _ = try source.enterObject()
        while let key = try source.nextKey() {
            if source.isKey(key, "order_id") {
                orderID = try source.uuid("/data/order_id")
            } else if source.isKey(key, "reason") {
                reason = try source.text("/data/reason")
            } else if source.isKey(key, "caused_by") {
                causedBy = try source.uuid("/data/caused_by")
            } else {
                try source.skip()
            }
        }
        self.init(
            orderID: try require(orderID, "/data/order_id"),
            reason: try require(reason, "/data/reason"),
            causedBy: try require(causedBy, "/data/caused_by")
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
                reason = try source.text("/data/reason")
            } else if source.isKey(key, "product_id") {
                productID = try source.text("/data/product_id")
            } else {
                try source.skip()
            }
        }
        self.init(
            orderID: try require(orderID, "/data/order_id"),
            reason: try require(reason, "/data/reason"),
            productID: productID
        )
    }
}
