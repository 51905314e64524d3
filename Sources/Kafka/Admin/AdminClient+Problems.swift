internal import CRdkafka

extension AdminClient {
    /// Asks a broker about one topic by name, and returns the reason if the broker does not show
    /// it; blocks.
    ///
    /// A list of all topics does not contain topics that the client may not describe. Such a topic
    /// cannot be told from a topic that does not exist. The request does not create the topic.
    ///
    /// - Returns: ``KafkaError/isAuthorization`` when the client may not describe the topic; it is
    ///   then unknown whether the topic exists. ``KafkaError/isUnknownTopic`` when it does not
    ///   exist.
    /// - Throws: ``KafkaError`` when no broker answers.
    package func problem(
        with topic: String,
        timeout: Duration
    ) throws(KafkaError) -> KafkaError? {
        let found = try client.topics([topic], timeout: timeout).first { $0.name == topic }
        guard let error = found?.error else { return nil }
        let code = rd_kafka_resp_err_t(error.code)
        if error.isAuthorization {
            return KafkaError(
                code,
                "topic \(topic) cannot be seen: the right Describe on it is missing"
            )
        }
        // Other errors are temporary, for example a topic without a leader.
        return error.isUnknownTopic ? KafkaError(code, "there is no topic \(topic)") : nil
    }

    /// Checks with a broker that topics exist and may be described; blocks.
    ///
    /// - Throws: ``KafkaError`` with the name of the first topic that fails the check, or when no
    ///   broker answers.
    package func require(_ topics: [String], timeout: Duration) throws(KafkaError) {
        for topic in topics {
            if let problem = try problem(with: topic, timeout: timeout) { throw problem }
        }
    }
}
