package import HTTPServer
package import OrderAPI
package import OrderStreams
internal import Kafka
internal import Telemetry

extension OrderPlacement: OrderPublisher {
    // The only caller is the protocol's witness, which this becomes; a call would be one more async frame.
    @inline(__always)
    nonisolated(nonsending) package func publish(_ placement: Placement) async -> Response {
        let trace = placement.trace
        let sending = sending(placement.id, for: trace)
        let message = message(
            for: placement.order,
            as: placement.id,
            at: placement.time,
            correlation: placement.correlation,
            trace: sending?.context ?? trace
        )
        let logged = log.fields(of: message)
        let outcome = await withUnsafeContinuation { publisher.publish(message, $0) }
        if let sending { sending.end(outcome) }
        switch outcome {
        case .success(let place):
            if let logged { log.published(logged, at: place) }
            return placement.response(
                to: .success(EventPlace(partition: place.partition, offset: place.offset))
            )
        case .failure(let error):
            return placement.response(to: .failure(PlacementError(error)))
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
