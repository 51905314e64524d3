package import Orders
package import ReadModel
internal import Text

extension SQLiteOrderStore {
    package func orders(_ ids: [OrderID]) throws(StoreError) -> [OrderID: Order] {
        try reading("reading orders", OrderRow.select) { statement throws(SQLiteError) in
            var found: [OrderID: Order] = [:]
            for id in ids where found[id] == nil {
                found[id] = try OrderRow.order(id, statement)
            }
            return found
        }
    }

    package func orders(after id: OrderID?, limit: Int) throws(StoreError) -> [Order] {
        let select = """
            SELECT \(OrderRow.columns) FROM orders WHERE order_id > ? ORDER BY order_id LIMIT ?
            """
        return try reading("reading orders", select) { statement throws(SQLiteError) in
            try statement.bind(copying: id?.description ?? "", at: 1)
            statement.bind(Int64(limit), at: 2)
            var orders: [Order] = []
            while try statement.step() { orders.append(try OrderRow.order(statement)) }
            return orders
        }
    }

    package func count() throws(StoreError) -> Int {
        let select = "SELECT count(*) FROM orders WHERE created_at IS NOT NULL"
        return try reading("counting orders", select) { statement throws(SQLiteError) in
            try statement.step() ? Int(statement.integer(0) ?? 0) : 0
        }
    }

    package func count(from id: OrderID) throws(StoreError) -> Int {
        let select = "SELECT count(*) FROM orders WHERE order_id >= ?"
        return try reading("counting orders", select) { statement throws(SQLiteError) in
            try statement.bind(copying: id.description, at: 1)
            return try statement.step() ? Int(statement.integer(0) ?? 0) : 0
        }
    }

    package func highestID() throws(StoreError) -> OrderID? {
        let select = "SELECT max(order_id) FROM orders"
        return try reading("reading the highest id", select) { statement throws(SQLiteError) in
            guard try statement.step() else { return nil }
            // An ID of another program that is not a UUID counts as the highest possible ID.
            return statement.text(0) { OrderID($0.span) ?? OrderID(high: .max, low: .max) }
        }
    }

    package func offsets() throws(StoreError) -> [StreamPosition: Int64] {
        let select = "SELECT topic, partition, next_offset FROM offsets"
        return try reading("reading offsets", select) { statement throws(SQLiteError) in
            var offsets: [StreamPosition: Int64] = [:]
            while try statement.step() {
                guard let topic = statement.string(0),
                    let partition = statement.integer(1).flatMap(Int32.init(exactly:)),
                    let next = statement.integer(2)
                else { throw OrderRow.corrupt("offset") }
                offsets[StreamPosition(topic: topic, partition: partition)] = next
            }
            return offsets
        }
    }

    /// Runs a statement in a transaction of a reader.
    private func reading<Value: Sendable>(
        _ action: String,
        _ sql: String,
        _ body: (borrowing Statement) throws(SQLiteError) -> Value
    ) throws(StoreError) -> Value {
        do {
            return try pool.read { connection throws(SQLiteError) in
                try connection.transaction(.deferred) { connection throws(SQLiteError) in
                    try connection.withStatement(sql, body)
                }
            }
        } catch {
            throw StoreError(error, path: path, action: action)
        }
    }
}
