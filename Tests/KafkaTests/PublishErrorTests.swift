import CRdkafka
import Testing

@testable import Kafka

struct PublishErrorTests {
    @Test func `only a persisted status of NOT makes it certain that nothing was published`() {
        let timedOut = RD_KAFKA_RESP_ERR__MSG_TIMED_OUT
        let reason = KafkaError(timedOut)
        #expect(
            PublishError(timedOut, status: RD_KAFKA_MSG_STATUS_NOT_PERSISTED, topic: "t")
                == .notPublished(reason: reason)
        )
        #expect(
            PublishError(timedOut, status: RD_KAFKA_MSG_STATUS_POSSIBLY_PERSISTED, topic: "t")
                == .unknown(reason: reason)
        )
        #expect(
            PublishError(timedOut, status: RD_KAFKA_MSG_STATUS_PERSISTED, topic: "t")
                == .unknown(reason: reason)
        )
    }

    @Test func `the broker's UNKNOWN is unknown, whatever the status`() {
        let error = RD_KAFKA_RESP_ERR_UNKNOWN
        #expect(
            PublishError(error, status: RD_KAFKA_MSG_STATUS_NOT_PERSISTED, topic: "t")
                == .unknown(reason: KafkaError(error))
        )
    }

    @Test func `a message too large is that, and nothing else`() {
        let error = RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE
        #expect(
            PublishError(error, status: RD_KAFKA_MSG_STATUS_NOT_PERSISTED, topic: "t")
                == .messageTooLarge
        )
        #expect(PublishError(notQueued: error, topic: "t") == .messageTooLarge)
        #expect(PublishError(notQueued: RD_KAFKA_RESP_ERR__QUEUE_FULL, topic: "t") == .queueFull)
    }
}
