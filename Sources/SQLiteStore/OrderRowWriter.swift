internal import Orders
internal import Text

/// Writes orders as rows, several in a statement, and reuses its buffers.
struct OrderRowWriter {
    /// The statements, by the number of rows that they write: the rest of many rows is written one
    /// by one.
    ///
    /// Among 32 rows of a statement, a row takes about half of the instructions of a statement of
    /// its own. Larger statements gain nothing more.
    static let statements = [32, 1].map { (rows: $0, sql: OrderRow.upsert(rows: $0)) }

    private enum Value {
        case null
        case integer(Int64)
        /// The range of the string in ``OrderRowWriter/texts``.
        case text(Range<Int>)
    }

    /// The size of the values of all rows so far in bytes.
    private(set) var bytes = 0
    /// The rows' values, in the order of the columns.
    private var values: [Value] = []
    /// The strings of the rows, concatenated.
    private var texts: [UInt8] = []

    /// Writes as many orders as a statement takes.
    ///
    /// - Parameter statement: One of ``statements``.
    mutating func write(
        _ orders: ArraySlice<Order>,
        _ statement: borrowing Statement
    ) throws(SQLiteError) {
        values.removeAll(keepingCapacity: true)
        texts.removeAll(keepingCapacity: true)
        for order in orders { gather(order) }
        bytes += texts.count
        try texts.withUnsafeBufferPointer { texts throws(SQLiteError) in
            // SQLite must not keep pointers into the buffer.
            defer { statement.reset() }
            for (index, value) in values.enumerated() {
                switch value {
                case .null: break
                case .integer(let number):
                    bytes += MemoryLayout.size(ofValue: number)
                    statement.bind(number, at: index + 1)
                case .text(let range):
                    statement.bind(UnsafeBufferPointer(rebasing: texts[range]), at: index + 1)
                }
            }
            _ = try statement.step()
        }
    }

    /// Collects the values of a row in the order of ``OrderRow/columns``.
    private mutating func gather(_ order: Order) {
        let creation = order.creation
        text(order.id) { $0.append(to: &$1) }
        string(order.status.rawValue)
        text(creation?.content) { $1.append(contentsOf: $0.customerIDBytes) }
        text(creation?.content) { $1.append(contentsOf: $0.itemsJSON) }
        text(creation?.totalAmount) { $0.append(to: &$1) }
        time(creation?.at)
        text(creation?.correlation) { $0.append(to: &$1) }
        text(creation?.traceID) { $0.append(to: &$1) }
        switch order.reservation {
        case .reserved(let at): add(at, nil, nil)
        case .failed(let at, let reason): add(nil, at, reason)
        case nil: add(nil, nil, nil)
        }
        time(order.cancellation?.at)
        string(order.cancellation?.reason)
        text(order.cancellation?.causedBy) { $0.append(to: &$1) }
        text(creation?.currency) { $0.append(to: &$1) }
    }

    private mutating func add(_ reserved: Timestamp?, _ failed: Timestamp?, _ reason: String?) {
        time(reserved)
        time(failed)
        string(reason)
    }

    private mutating func time(_ time: Timestamp?) {
        values.append(time.map { .integer($0.millisecondsSinceEpoch) } ?? .null)
    }

    private mutating func string(_ string: String?) {
        text(string) { $1.append(contentsOf: $0.utf8) }
    }

    private mutating func text<Content>(
        _ content: Content?,
        _ append: (Content, inout [UInt8]) -> Void
    ) {
        guard let content else { return values.append(.null) }
        let start = texts.count
        append(content, &texts)
        values.append(.text(start..<texts.count))
    }
}
