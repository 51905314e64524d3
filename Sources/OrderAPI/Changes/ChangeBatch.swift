internal import Orders
internal import Text

/// The changes of one batch of the projector, as server-sent events
/// (https://html.spec.whatwg.org/multipage/server-sent-events.html).
///
/// They are encoded once, and stand in one array for all streams.
final class ChangeBatch: Sendable {
    /// What a filter looks at, and where the event ends.
    private struct Change: Sendable {
        let status: OrderStatus
        let customerHash: Int
        let content: OrderContent
        let end: Int
    }

    private enum Size {
        /// The most bytes of an event without its view.
        static let event = ChangeID.Limits.textBytes + 32
    }

    /// The numbers of the changes.
    let numbers: Range<UInt64>
    /// The memory of the batch, in bytes: the events, and what stands beside each.
    let bytes: Int
    private let changes: [Change]
    private let events: [UInt8]

    /// - Parameter first: The number of the first change.
    init(_ changes: [OrderChange], epoch: UInt64, first: UInt64) {
        let most = changes.reduce(0) { $0 + Size.event + $1.view.json.count }
        var ends: [Change] = []
        ends.reserveCapacity(changes.count)
        events = [UInt8](most: most) { events in
            for (index, change) in changes.enumerated() {
                events.append("id: ")
                ChangeID(epoch: epoch, number: first + UInt64(index)).write(to: &events)
                events.append("\nevent: order\ndata: ")
                // A view has no line ends, because JSON strings cannot have any.
                events.append(change.view.json.span)
                events.append("\n\n")
                ends.append(
                    Change(
                        status: change.status,
                        customerHash: ChangeFilter.hash(change.content.customerIDBytes),
                        content: change.content,
                        end: events.count
                    )
                )
            }
        }
        self.changes = ends
        bytes = ends.reduce(ends.last?.end ?? 0) {
            $0 + MemoryLayout<Change>.stride + $1.content.count
        }
        numbers = first..<first + UInt64(changes.count)
    }

    /// Appends the events that match a filter.
    ///
    /// - Parameters:
    ///   - number: The number of the first change that is of interest.
    ///   - limit: The length of `output` at which this stops.
    /// - Returns: The number behind the last change that was looked at.
    func append(
        from number: UInt64,
        _ filter: ChangeFilter,
        to output: inout [UInt8],
        limit: Int
    ) -> UInt64 {
        var index = Int(number - numbers.lowerBound)
        var start = index == 0 ? 0 : changes[index - 1].end
        var end = start
        // Events that stand side by side are copied at once. A constant for a change would count
        // references, which streams of other loops count at the same time.
        while index < changes.count, output.count + end - start < limit {
            let next = changes[index].end
            if filter.mayMatch(changes[index].status, changes[index].customerHash),
                filter.isForAll || filter.isCustomer(of: changes[index].content)
            {
                end = next
            } else {
                output += events[start..<end]
                (start, end) = (next, next)
            }
            index += 1
        }
        output += events[start..<end]
        return numbers.lowerBound + UInt64(index)
    }
}
