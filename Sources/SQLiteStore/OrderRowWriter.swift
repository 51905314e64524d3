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

    fileprivate enum Value {
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
        let start = texts.count
        var row = Row(values: values)
        values = []
        // All strings of the row are appended in one step, because each step has its own checks.
        texts.append(addingCapacity: Self.room(for: order)) { output in
            row.start = start - output.count
            row.gather(order, &output)
        }
        values = row.values
    }

    /// Returns a length that is enough for the strings of a row.
    private static func room(for order: Order) -> Int {
        // The ID, the status and the cause of the cancellation.
        var room = 2 * UUID.longestText + 16
        if let creation = order.creation {
            room += creation.content.count + creation.correlation.byteCount
            room += Money.longestText + TraceID.longestText + Currency.longestText
        }
        if case .failed(_, let reason) = order.reservation { room += reason.utf8.count }
        if let cancellation = order.cancellation { room += cancellation.reason.utf8.count }
        return room
    }
}

extension OrderRowWriter {
    /// The values of the rows so far, while the strings of another row are appended.
    fileprivate struct Row {
        var values: [Value]
        /// The index of the output's first byte among the strings of all rows.
        var start = 0

        init(values: consuming [Value]) {
            self.values = values
        }

        mutating func gather(_ order: Order, _ output: inout OutputSpan<UInt8>) {
            let creation = order.creation
            text(order.id, &output) { $0.write(to: &$1) }
            string(order.status.rawValue, &output)
            text(creation?.content, &output) { $1.append($0.customerIDBytes.span) }
            text(creation?.content, &output) { $1.append($0.itemsJSON.span) }
            text(creation?.totalAmount, &output) { $0.write(to: &$1) }
            time(creation?.at)
            text(creation?.correlation, &output) { $0.write(to: &$1) }
            text(creation?.traceID, &output) { $0.write(to: &$1) }
            switch order.reservation {
            case .reserved(let at): add(at, nil, nil, &output)
            case .failed(let at, let reason): add(nil, at, reason, &output)
            case nil: add(nil, nil, nil, &output)
            }
            time(order.cancellation?.at)
            string(order.cancellation?.reason, &output)
            text(order.cancellation?.causedBy, &output) { $0.write(to: &$1) }
            text(creation?.currency, &output) { $0.write(to: &$1) }
        }

        private mutating func add(
            _ reserved: Timestamp?,
            _ failed: Timestamp?,
            _ reason: String?,
            _ output: inout OutputSpan<UInt8>
        ) {
            time(reserved)
            time(failed)
            string(reason, &output)
        }

        private mutating func time(_ time: Timestamp?) {
            values.append(time.map { .integer($0.millisecondsSinceEpoch) } ?? .null)
        }

        private mutating func string(_ string: String?, _ output: inout OutputSpan<UInt8>) {
            text(string, &output) { $1.append($0.utf8.span) }
        }

        @inline(__always)
        private mutating func text<Content>(
            _ content: Content?,
            _ output: inout OutputSpan<UInt8>,
            _ append: (Content, inout OutputSpan<UInt8>) -> Void
        ) {
            guard let content else { return values.append(.null) }
            let first = start + output.count
            append(content, &output)
            values.append(.text(first..<start + output.count))
        }
    }
}
