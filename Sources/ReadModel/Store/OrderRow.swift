internal import FoundationEssentials
internal import GRDB
internal import Orders

/// An order as a row, and back.
enum OrderRow {
    static let columns = """
        order_id, status, customer_id, items, total_amount, created_at, correlation_id, trace_id,
        reserved_at, failed_at, failure_reason, cancelled_at, cancellation_reason, cancelled_by,
        currency
        """

    /// Writes a row whole, whether it is there already or not.
    ///
    /// Texts of other services travel as bytes: GRDB binds and reads a `String` only up to its first
    /// NUL.
    static let upsert = """
        INSERT OR REPLACE INTO orders (\(columns)) VALUES (?, ?, CAST(? AS TEXT), ?, ?, ?,
        CAST(? AS TEXT), ?, ?, ?, CAST(? AS TEXT), ?, CAST(? AS TEXT), ?, ?)
        """

    static func arguments(_ order: Order) -> StatementArguments {
        let creation = order.creation
        var reservedAt: Int64?
        var failedAt: Int64?
        var failureReason: String?
        switch order.reservation {
        case .reserved(let time): reservedAt = time.millisecondsSinceEpoch
        case .failed(let time, let reason):
            failedAt = time.millisecondsSinceEpoch
            failureReason = reason
        case nil: break
        }
        return [
            order.id.description, order.status.rawValue, bytes(creation?.customerID),
            creation.map { String(decoding: OrderItem.encode($0.items), as: UTF8.self) },
            creation?.totalAmount.description, creation?.at.millisecondsSinceEpoch,
            bytes(creation?.correlationID), creation?.traceID.description,
            reservedAt, failedAt, bytes(failureReason),
            order.cancellation?.at.millisecondsSinceEpoch, bytes(order.cancellation?.reason),
            order.cancellation?.causedBy.description, creation?.currency.description,
        ]
    }

    private static func bytes(_ text: String?) -> Data? { text.map { Data($0.utf8) } }

    private static func string(_ bytes: Data?) -> String? {
        bytes.map { String(decoding: $0, as: UTF8.self) }
    }

    /// - Throws: `DatabaseError` with `SQLITE_CORRUPT` when a value is none that this program writes.
    static func order(_ row: Row) throws -> Order {
        guard let idText: String = row[0], let id = OrderID(idText) else {
            throw corrupt("order_id")
        }
        var order = Order(id: id)
        if let createdAt: Int64 = row[5] { order.creation = try creation(row, at: createdAt) }
        if let reservedAt: Int64 = row[8] {
            order.reservation = .reserved(at: Timestamp(millisecondsSinceEpoch: reservedAt))
        } else if let failedAt: Int64 = row[9] {
            order.reservation = .failed(
                at: Timestamp(millisecondsSinceEpoch: failedAt),
                reason: string(row[10]) ?? ""
            )
        }
        if let cancelledAt: Int64 = row[11] {
            guard let text: String = row[13], let cause = EventID(text) else {
                throw corrupt("cancelled_by")
            }
            order.cancellation = Order.Cancellation(
                at: Timestamp(millisecondsSinceEpoch: cancelledAt),
                reason: string(row[12]) ?? "",
                causedBy: cause
            )
        }
        return order
    }

    private static func creation(_ row: Row, at createdAt: Int64) throws -> Order.Creation {
        guard let customerID = string(row[2]) else { throw corrupt("customer_id") }
        guard let itemsText: String = row[3],
            let items = try? OrderItem.decode(Array(itemsText.utf8))
        else { throw corrupt("items") }
        guard let totalText: String = row[4], let total = try? Money(totalText.utf8) else {
            throw corrupt("total_amount")
        }
        guard let correlationID = string(row[6]) else { throw corrupt("correlation_id") }
        guard let traceText: String = row[7], let traceID = TraceID(traceText) else {
            throw corrupt("trace_id")
        }
        guard let currencyText: String = row[14], let currency = Currency(currencyText.utf8) else {
            throw corrupt("currency")
        }
        return Order.Creation(
            customerID: customerID,
            items: items,
            totalAmount: total,
            currency: currency,
            at: Timestamp(millisecondsSinceEpoch: createdAt),
            correlationID: correlationID,
            traceID: traceID
        )
    }

    private static func corrupt(_ column: String) -> DatabaseError {
        DatabaseError(
            resultCode: .SQLITE_CORRUPT,
            message: "a row's \(column) is not what this program writes"
        )
    }
}
