package import Text

// Names and values of the semantic conventions for messaging with Kafka.
extension ActiveSpan {
    /// Notes that the span is about messages of a topic.
    ///
    /// - Parameter operation: `send` or `process`.
    package func setTopic(_ topic: String, operation: String) {
        set("messaging.system", "kafka")
        set("messaging.destination.name", topic)
        set("messaging.operation.name", operation)
        set("messaging.operation.type", operation)
    }

    /// Notes the place of the message.
    package func setPlace(partition: Int32, offset: Int64) {
        set("messaging.destination.partition.id", "\(partition)")
        set("messaging.kafka.offset", offset)
    }

    /// Begins the publishing of a message as a part of this work.
    ///
    /// - Parameter id: The id that the message names as its span; `nil` for a random one.
    package func sending(to topic: String, id: SpanID? = nil) -> ActiveSpan {
        tracer.sending(to: topic, for: context, id: id)
    }
}

extension Tracer {
    /// Begins the publishing of a message as a part of the work whose context is given.
    package func sending(
        to topic: String,
        for trace: TraceContext,
        id: SpanID? = nil
    ) -> ActiveSpan {
        let span = begin(
            "send \(topic)",
            .producer,
            trace.with(spanID: id ?? newSpanID()),
            parent: Span.Parent(trace.spanID, isRemote: false)
        )
        span.setTopic(topic, operation: "send")
        return span
    }
}
