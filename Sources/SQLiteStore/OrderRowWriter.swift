internal import Orders
internal import Text

/// Writes orders as rows, several in a statement, and reuses its memory.
struct OrderRowWriter: ~Copyable {
    /// The statements, by the number of rows that they write: the rest of many rows is written one
    /// by one.
    ///
    /// Among 32 rows of a statement, a row takes about half of the instructions of a statement of
    /// its own. Larger statements gain nothing more.
    static let statements = [32, 1].map { (rows: $0, sql: OrderRow.upsert(rows: $0)) }

    /// The size of the values of all rows so far in bytes.
    private(set) var bytes = 0
    /// Memory for the strings of a statement's rows.
    private var memory = UnsafeMutableBufferPointer<UInt8>(start: nil, count: 0)

    deinit { memory.deallocate() }

    /// Writes as many orders as a statement takes.
    ///
    /// - Parameter statement: One of ``statements``.
    mutating func write(
        _ orders: ArraySlice<Order>,
        _ statement: borrowing Statement
    ) throws(SQLiteError) {
        // The elements of an array would be copied.
        let orders = orders.span
        var room = 0
        for index in orders.indices { room += Self.room(for: orders[index]) }
        reserve(room)
        // SQLite must not keep pointers into the memory.
        defer { statement.reset() }
        var texts = OutputSpan(buffer: memory, initializedCount: 0)
        var row = RowBinding(texts: memory)
        for index in orders.indices { row.bind(orders[index], to: statement, &texts) }
        bytes += texts.count + row.integerBytes
        _ = try statement.step()
    }

    /// Makes room for the strings of a statement, and forgets those of the one before.
    private mutating func reserve(_ room: Int) {
        guard memory.count < room else { return }
        memory.deallocate()
        memory = .allocate(capacity: max(room, 2 * memory.count))
    }

    /// Returns a length that is enough for the strings of a row.
    private static func room(for order: borrowing Order) -> Int {
        // The ID, the status, the cause of the cancellation, and what a creation has.
        let fixed = 2 * UUID.longestText + 16 + Money.longestText + TraceID.longestText
        return fixed + Currency.longestText + order.textBytes + order.trail.mostBytes
    }
}

/// Binds the values of rows, in the order of ``OrderRow/columns``, to a statement.
///
/// The strings are appended to a span, and SQLite finds them in its memory. NULL is what nothing is
/// bound to.
private struct RowBinding {
    private let memory: UnsafeMutableBufferPointer<UInt8>
    /// The number of the next parameter.
    private var parameter = 1
    /// The size of the integers so far in bytes.
    private(set) var integerBytes = 0

    /// - Parameter memory: The span's memory, which stays where it is until the statement has run.
    init(texts memory: UnsafeMutableBufferPointer<UInt8>) {
        self.memory = memory
    }

    mutating func bind(
        _ order: borrowing Order,
        to statement: borrowing Statement,
        _ texts: inout OutputSpan<UInt8>
    ) {
        // A constant for the creation would be a copy of it.
        text(order.id, statement, &texts) { $0.write(to: &$1) }
        string(order.status.rawValue, statement, &texts)
        text(order.creation?.content, statement, &texts) { $1.append($0.customerIDBytes.span) }
        text(order.creation?.content, statement, &texts) { $1.append($0.itemsJSON.span) }
        text(order.creation?.totalAmount, statement, &texts) { $0.write(to: &$1) }
        time(order.creation?.at, statement)
        text(order.creation?.correlation, statement, &texts) { $0.write(to: &$1) }
        text(order.creation?.traceID, statement, &texts) { $0.write(to: &$1) }
        switch order.reservation {
        case .reserved(let at):
            time(at, statement)
            parameter += 2
        case .failed(let at, let reason):
            parameter += 1
            time(at, statement)
            string(reason, statement, &texts)
        case nil: parameter += 3
        }
        time(order.cancellation?.at, statement)
        string(order.cancellation?.reason, statement, &texts)
        text(order.cancellation?.causedBy, statement, &texts) { $0.write(to: &$1) }
        text(order.creation?.currency, statement, &texts) { $0.write(to: &$1) }
        trail(order, statement, &texts)
    }

    private mutating func trail(
        _ order: borrowing Order,
        _ statement: borrowing Statement,
        _ texts: inout OutputSpan<UInt8>
    ) {
        if !order.trail.isEmpty {
            let first = texts.count
            order.trail.write(to: &texts, correlation: order.creation?.correlation)
            let bytes = UnsafeBufferPointer(rebasing: memory[first..<texts.count])
            statement.bind(blob: bytes, at: parameter)
        }
        parameter += 1
    }

    private mutating func time(_ time: Timestamp?, _ statement: borrowing Statement) {
        if let time {
            statement.bind(time.millisecondsSinceEpoch, at: parameter)
            integerBytes += MemoryLayout<Int64>.size
        }
        parameter += 1
    }

    private mutating func string(
        _ string: String?,
        _ statement: borrowing Statement,
        _ texts: inout OutputSpan<UInt8>
    ) {
        text(string, statement, &texts) { $1.append($0.utf8.span) }
    }

    @inline(__always)
    private mutating func text<Content>(
        _ content: Content?,
        _ statement: borrowing Statement,
        _ texts: inout OutputSpan<UInt8>,
        _ append: (Content, inout OutputSpan<UInt8>) -> Void
    ) {
        if let content {
            let first = texts.count
            append(content, &texts)
            let text = UnsafeBufferPointer(rebasing: memory[first..<texts.count])
            statement.bind(text, at: parameter)
        }
        parameter += 1
    }
}
