internal import Text

/// The types of events that this program reads.
///
/// A name is `<Entity><Action>` in the past tense.
package enum EventType: String, Sendable, CaseIterable {
    case orderCreated = "OrderCreated"
    case orderCancelled = "OrderCancelled"
    case inventoryReserved = "InventoryReserved"
    case inventoryReservationFailed = "InventoryReservationFailed"

    /// The position among all cases.
    package var index: Int {
        switch self {
        case .orderCreated: 0
        case .orderCancelled: 1
        case .inventoryReserved: 2
        case .inventoryReservationFailed: 3
        }
    }
}

/// The data of an event, by its type.
package enum EventPayload: Equatable, Sendable {
    case orderCreated(OrderCreated)
    case orderCancelled(OrderCancelled)
    case inventoryReserved(InventoryReserved)
    case inventoryReservationFailed(InventoryReservationFailed)

    package var eventType: EventType {
        switch self {
        case .orderCreated: .orderCreated
        case .orderCancelled: .orderCancelled
        case .inventoryReserved: .inventoryReserved
        case .inventoryReservationFailed: .inventoryReservationFailed
        }
    }

    /// The order that the event is about.
    ///
    /// Its ID is the key of the Kafka message.
    package var orderID: OrderID {
        switch self {
        case .orderCreated(let data): data.orderID
        case .orderCancelled(let data): data.orderID
        case .inventoryReserved(let data): data.orderID
        case .inventoryReservationFailed(let data): data.orderID
        }
    }
}

/// The data of the event that an order was placed; its status is pending.
package struct OrderCreated: Equatable, Sendable {
    package let orderID: OrderID
    package let content: OrderContent
    package let totalAmount: Money
    /// The currency of the total and of every price.
    package let currency: Currency

    package init(
        orderID: OrderID,
        content: OrderContent,
        totalAmount: Money,
        currency: Currency
    ) {
        self.orderID = orderID
        self.content = content
        self.totalAmount = totalAmount
        self.currency = currency
    }

    package init(
        orderID: OrderID,
        customerID: String,
        items: [OrderItem],
        totalAmount: Money,
        currency: Currency
    ) {
        self.init(
            orderID: orderID,
            content: OrderContent(customerID: customerID, items: items),
            totalAmount: totalAmount,
            currency: currency
        )
    }

    package var customerID: String { content.customerID }

    package var items: [OrderItem] { content.items }
}

/// The data of the event that an order was cancelled.
package struct OrderCancelled: Equatable, Sendable {
    package let orderID: OrderID
    /// Such as `insufficient_stock`.
    package let reason: String
    /// The event that made the cancellation necessary.
    ///
    /// If the event contains none, it is the cancellation itself.
    package let causedBy: EventID

    package init(orderID: OrderID, reason: String, causedBy: EventID) {
        self.orderID = orderID
        self.reason = reason
        self.causedBy = causedBy
    }
}

/// The data of the event that the inventory service has reserved the order's items.
package struct InventoryReserved: Equatable, Sendable {
    package let orderID: OrderID

    package init(orderID: OrderID) {
        self.orderID = orderID
    }
}

/// The data of the event that the inventory service could not reserve the order's items.
package struct InventoryReservationFailed: Equatable, Sendable {
    package let orderID: OrderID
    /// Such as `insufficient_stock`.
    package let reason: String
    /// The product that was not available; `nil` if the event does not contain it.
    package let productID: String?

    package init(orderID: OrderID, reason: String, productID: String?) {
        self.orderID = orderID
        self.reason = reason
        self.productID = productID
    }
}
