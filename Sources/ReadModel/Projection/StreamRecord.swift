package import Orders
internal import Text

/// A consumed record, decoded.
package struct StreamRecord: Sendable {
    package let topic: String
    package let partition: Int32
    package let offset: Int64
    /// The event in the record's value, or the reason why it cannot be processed.
    package let event: Result<DecodedEvent, EventError>
    /// The order of the event; `nil` if there is no event that can be applied.
    let orderID: OrderID?
    /// The type of that event.
    package let eventType: EventType?

    package init(
        topic: String,
        partition: Int32,
        offset: Int64,
        event: Result<DecodedEvent, EventError>
    ) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.event = event
        if case .success(.event(let event)) = event {
            orderID = event.payload.orderID
            eventType = event.payload.eventType
        } else {
            orderID = nil
            eventType = nil
        }
    }

    package var place: RecordPlace {
        RecordPlace(topic: topic, partition: partition, offset: offset)
    }

    package var position: StreamPosition { StreamPosition(topic: topic, partition: partition) }
}

extension EventRegistry {
    /// Decodes a record's value, which may be borrowed from the memory of a batch.
    ///
    /// - Parameter value: The value; `nil` for a tombstone.
    package func event(in value: UnsafeRawBufferPointer?) -> Result<DecodedEvent, EventError> {
        guard let value else { return .failure(.noValue) }
        return Result { () throws(EventError) in
            try decode(value.assumingMemoryBound(to: UInt8.self).span)
        }
    }

    package func event(in value: [UInt8]?) -> Result<DecodedEvent, EventError> {
        guard let value else { return .failure(.noValue) }
        return value.withUnsafeBytes { event(in: $0) }
    }
}
