internal import Orders
internal import Text

/// Writes orders as rows, one after another, and reuses its buffers.
struct OrderRowWriter {
    private enum Value {
        case null
        case integer(Int64)
        /// The range of the string in ``OrderRowWriter/texts``.
        case text(Range<Int>)
    }

    /// The row's values, in the order of the columns.
    private var values: [Value] = []
    /// The strings of the row, concatenated.
    private var texts: [UInt8] = []

    /// Writes one row.
    ///
    /// - Parameter statement: The statement ``OrderRow/upsert``.
    /// - Returns: The size of the row's values in bytes.
    mutating func write(
        _ order: Order,
        _ statement: borrowing Statement
    ) throws(SQLiteError) -> Int {
        gather(order)
        var bytes = texts.count
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
        return bytes
    }

    /// Collects the values of a row in the order of ``OrderRow/columns``.
    private mutating func gather(_ order: Order) {
        values.removeAll(keepingCapacity: true)
        texts.removeAll(keepingCapacity: true)
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
