internal import CRdkafka
internal import Glibc

/// The answer to a request of librdkafka's admin API.
struct AdminAnswer: ~Copyable {
    /// An event of the type of the request; valid for the lifetime of this value.
    let raw: OpaquePointer

    init(adopting raw: OpaquePointer) {
        self.raw = raw
    }

    deinit { rd_kafka_event_destroy(raw) }
}

extension Client {
    private enum Limits {
        /// The extra time to wait for an answer after the request's own timeout.
        static let answerDelay = Duration.seconds(1)
    }

    /// Sends a request of the admin API and waits for its answer; blocks.
    ///
    /// - Parameters:
    ///   - broker: The number of the broker to ask; `nil` for the broker that the operation needs.
    ///   - send: Sends the request with these options. The answer arrives on this queue.
    /// - Throws: ``KafkaError`` when the request as a whole has failed.
    func ask(
        _ operation: rd_kafka_admin_op_t,
        of broker: Int32? = nil,
        timeout: Duration,
        _ send: (_ options: OpaquePointer?, _ queue: OpaquePointer?) -> Void
    ) throws(KafkaError) -> AdminAnswer {
        let queue = rd_kafka_queue_new(raw)
        defer { rd_kafka_queue_destroy(queue) }
        let options = rd_kafka_AdminOptions_new(raw, operation)
        defer { rd_kafka_AdminOptions_destroy(options) }
        rd_kafka_AdminOptions_set_request_timeout(options, timeout.wholeMilliseconds, nil, 0)
        if let broker { rd_kafka_AdminOptions_set_broker(options, broker, nil, 0) }
        send(options, queue)
        let wait = timeout + Limits.answerDelay
        // Any thread may use the queue (rdkafka.h). The queue exists until this function returns.
        nonisolated(unsafe) let woken = queue
        let event = questions.waiting(endedBy: { rd_kafka_queue_yield(woken) }) {
            rd_kafka_queue_poll(queue, wait.wholeMilliseconds)
        }
        guard let event else {
            throw questions.areGivenUp
                ? .givenUp : explained(KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT))
        }
        let answer = AdminAnswer(adopting: event)
        let error = rd_kafka_event_error(event)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
            let text = rd_kafka_event_error_string(event).map { String(cString: $0) }
            throw explained(KafkaError(error, text))
        }
        return answer
    }
}

extension AdminClient {
    enum Attempt {
        /// librdkafka 2.16 may not notice that a newly discovered broker is connected.
        ///
        /// It then never sends the first request to this broker, so a second request is necessary.
        static let first = Duration.seconds(1)
        /// A coordinator needs some 100 ms to take over a group.
        private static let pauseMicroseconds: UInt32 = 100_000

        static func pauseWhileCoordinatorMoves() { usleep(pauseMicroseconds) }
    }

    /// Sends a request again, with more time, until it is answered or the time is up; blocks.
    func repeated<Answer>(
        within timeout: Duration,
        _ ask: (_ timeout: Duration) throws(KafkaError) -> Answer
    ) throws(KafkaError) -> Answer {
        let deadline = client.now() + timeout
        var attempt = Attempt.first
        while true {
            do throws(KafkaError) {
                return try ask(min(timeout, attempt))
            } catch {
                guard error.isTimeout || error.isCoordinatorMoving, client.now() < deadline,
                    !client.questions.areGivenUp
                else { throw error }
                if error.isCoordinatorMoving { Attempt.pauseWhileCoordinatorMoves() }
                attempt *= 2
            }
        }
    }
}
