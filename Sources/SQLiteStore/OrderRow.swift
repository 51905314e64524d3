internal import CSQLite
internal import Orders
internal import Text

/// An order as a row of the table `orders`.
enum OrderRow {
    static let columns = """
        order_id, status, customer_id, items, total_amount, created_at, correlation_id, trace_id,
        reserved_at, failed_at, failure_reason, cancelled_at, cancellation_reason, cancelled_by,
        currency, trail
        """

    /// The number of columns.
    static let columnCount = 16

    /// Writes whole rows, and replaces existing rows.
    static func upsert(rows: Int) -> String {
        let row = "(\(Array(repeating: "?", count: columnCount).joined(separator: ", ")))"
        let rows = Array(repeating: row, count: rows).joined(separator: ", ")
        return "INSERT OR REPLACE INTO orders (\(columns)) VALUES \(rows)"
    }

    static let select = "SELECT \(columns) FROM orders WHERE order_id = ?"

    /// Looks up one order.
    ///
    /// - Parameter statement: The statement ``select``.
    static func order(_ id: OrderID, _ statement: borrowing Statement) throws(SQLiteError) -> Order?
    {
        var found = Result<Order?, SQLiteError>.success(nil)
        id.withText { text in
            // SQLite must not keep a pointer to the text.
            defer { statement.reset() }
            statement.bind(text, at: 1)
            found = Result { () throws(SQLiteError) in
                try statement.step() ? order(statement) : nil
            }
        }
        return try found.get()
    }

    /// Returns the order in the current row of a statement that reads ``columns``.
    ///
    /// - Throws: ``SQLiteError`` with `SQLITE_CORRUPT` for a value that this program does not
    ///   write.
    static func order(_ row: borrowing Statement) throws(SQLiteError) -> Order {
        guard let id = row.text(0, { OrderID($0.span) }) else { throw corrupt("order_id") }
        var order = Order(id: id)
        if let createdAt = row.integer(5) { order.creation = try creation(row, at: createdAt) }
        if let reservedAt = row.integer(8) {
            order.reservation = .reserved(at: Timestamp(millisecondsSinceEpoch: reservedAt))
        } else if let failedAt = row.integer(9) {
            order.reservation = .failed(
                at: Timestamp(millisecondsSinceEpoch: failedAt),
                reason: row.string(10) ?? ""
            )
        }
        if let cancelledAt = row.integer(11) {
            guard let cause = row.text(13, { EventID($0.span) }) else {
                throw corrupt("cancelled_by")
            }
            order.cancellation = Order.Cancellation(
                at: Timestamp(millisecondsSinceEpoch: cancelledAt),
                reason: row.string(12) ?? "",
                causedBy: cause
            )
        }
        if let trail = row.blob(
            15,
            { bytes in
                EventTrail(bytes, correlation: order.creation?.correlation)
            }
        ) {
            order.trail = trail
        } else if !row.isNull(15) {
            throw corrupt("trail")
        }
        return order
    }

    private static func creation(
        _ row: borrowing Statement,
        at createdAt: Int64
    ) throws(SQLiteError) -> Order.Creation {
        guard let customerID = row.string(2) else { throw corrupt("customer_id") }
        guard let items = row.text(3, { try? OrderItem.decode(Array($0)) }) else {
            throw corrupt("items")
        }
        guard let total = row.text(4, { try? Money($0.span) }) else {
            throw corrupt("total_amount")
        }
        guard let correlationID = row.string(6) else { throw corrupt("correlation_id") }
        guard let traceID = row.text(7, { TraceID($0.span) }) else { throw corrupt("trace_id") }
        guard let currency = row.text(14, { Currency($0.span) }) else { throw corrupt("currency") }
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

    /// Returns the error for a row with a value that this program does not write.
    static func corrupt(_ column: String) -> SQLiteError {
        SQLiteError(
            extendedCode: SQLITE_CORRUPT,
            message: "a row's \(column) is not what this program writes"
        )
    }
}
