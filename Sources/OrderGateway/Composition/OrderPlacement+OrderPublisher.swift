package import OrderAPI
package import OrderStreams
package import Orders
package import Text
internal import Kafka

extension OrderPlacement: OrderPublisher {
    nonisolated(nonsending) package func place(
        _ order: PlaceOrder,
        as id: OrderID,
        at time: Timestamp,
        _ context: RequestContext
    ) async throws(PlacementError) -> EventPlace {
        do throws(PublishError) {
            let place = try await publisher.publish(
                message(
                    for: order,
                    as: id,
                    at: time,
                    correlation: context.correlationID.correlation,
                    trace: context.trace
                )
            )
            return EventPlace(partition: place.partition, offset: place.offset)
        } catch {
            throw PlacementError(error)
        }
    }
}

extension PlacementError {
    init(_ error: PublishError) {
        let kind: Kind =
            switch error {
            case .notPublished(.topicsNotKnown): .starting
            case .notPublished: .unavailable
            case .queueFull: .overloaded
            case .closed: .stopping
            case .refused(let reason): .refused(reason: reason.message)
            case .messageTooLarge: .tooLarge
            case .unknown: .unknown
            }
        self.init(kind, description: error.description)
    }
}
