internal import Text

extension Order {
    /// Applies an event to the order, and keeps the event in the order's trail if its fact counts.
    ///
    /// - Parameter place: The place of the event, of which the fold knows nothing.
    /// - Returns: Whether the order or its trail has changed.
    package mutating func fold(_ event: Event, from place: RecordPlace) -> Bool {
        if fold(event) {
            switch event.payload {
            case .orderCreated:
                trail.keepFirst(
                    event.envelope.eventID,
                    place,
                    event.envelope.sourceService,
                    event.envelope.version
                )
            case .inventoryReserved, .inventoryReservationFailed:
                trail.reservation = EventTrail.Entry(event.envelope, at: place)
            case .orderCancelled:
                trail.cancellation = EventTrail.Entry(event.envelope, at: place)
            }
            return true
        }
        return foldRepeated(event, from: place)
    }

    /// Applies an event that has not changed the facts.
    ///
    /// Of several events that state the fact that counts, the trail has the same one whichever is
    /// read first. Of several creations the first one counts, also if they are equal.
    private mutating func foldRepeated(_ event: Event, from place: RecordPlace) -> Bool {
        let time = event.envelope.timestamp
        let entry = EventTrail.Entry(event.envelope, at: place)
        switch event.payload {
        case .orderCreated: return false
        case .inventoryReserved:
            guard Reservation.reserved(at: time).isSame(as: reservation),
                entry.precedes(trail.reservation)
            else { return false }
            trail.reservation = entry
        case .inventoryReservationFailed(let data):
            guard Reservation(data, at: time).isSame(as: reservation),
                entry.precedes(trail.reservation)
            else { return false }
            trail.reservation = entry
        case .orderCancelled(let data):
            guard Cancellation(data, at: time).isSame(as: cancellation),
                entry.precedes(trail.cancellation)
            else { return false }
            trail.cancellation = entry
        }
        return true
    }

    /// The number of facts whose events are not in the trail, because they were consumed by a version
    /// of this program that kept none.
    package var eventsOmitted: Int {
        var omitted = 0
        if case .some = creation, trail.creation == nil { omitted += 1 }
        if reservation != nil, trail.reservation == nil { omitted += 1 }
        if cancellation != nil, trail.cancellation == nil { omitted += 1 }
        return omitted
    }

    /// An event of the trail, with what its fact says.
    struct TrailEvent {
        let type: EventType
        let at: Timestamp
        let causation: EventID?
        let correlation: Correlation
        let entry: EventTrail.Entry
    }

    /// The events of the trail: the creation, from which all others follow, then by time.
    ///
    /// At the same time, the answer of the inventory comes before the cancellation. So the sequence
    /// does not depend on how topics and partitions were read, and neither does it on the clock of
    /// another service that is behind ours.
    var trailEvents: [TrailEvent] {
        var events: [TrailEvent] = []
        if let entry = trail.reservation, let reservation {
            let type: EventType =
                if case .reserved = reservation {
                    .inventoryReserved
                } else {
                    .inventoryReservationFailed
                }
            events.append(
                TrailEvent(
                    type: type,
                    at: reservation.at,
                    causation: nil,
                    correlation: entry.correlation ?? Correlation(""),
                    entry: entry
                )
            )
        }
        if let entry = trail.cancellation, let cancellation {
            // A cancellation that does not name its cause has its own ID there.
            let cause = cancellation.causedBy == entry.eventID ? nil : cancellation.causedBy
            events.append(
                TrailEvent(
                    type: .orderCancelled,
                    at: cancellation.at,
                    causation: cause,
                    correlation: entry.correlation ?? Correlation(""),
                    entry: entry
                )
            )
        }
        if events.count == 2, events[1].at < events[0].at { events.swapAt(0, 1) }
        if let entry = trail.creation, let creation {
            events.insert(
                TrailEvent(
                    type: .orderCreated,
                    at: creation.at,
                    causation: nil,
                    correlation: creation.correlation,
                    entry: entry
                ),
                at: 0
            )
        }
        return events
    }
}
