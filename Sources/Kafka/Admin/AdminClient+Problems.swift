internal import CRdkafka

extension AdminClient {
    /// Asks a broker for one topic by its name, and why it does not show it, if it does not; blocks.
    ///
    /// A list of all topics leaves out those that may not be described, and so does not tell them from
    /// those that do not exist. The topic is not made by asking.
    ///
    /// - Returns: ``KafkaError/isAuthorization`` when it may not be described: whether it exists is not
    ///   known then; ``KafkaError/isUnknownTopic`` when it does not exist.
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
        // Others pass, such as that the topic has no leader at the moment.
        return error.isUnknownTopic ? KafkaError(code, "there is no topic \(topic)") : nil
    }

    /// Asks a broker whether topics are there and may be described; blocks.
    ///
    /// - Throws: ``KafkaError`` naming the first that is not, or when no broker answers.
    package func require(_ topics: [String], timeout: Duration) throws(KafkaError) {
        for topic in topics {
            if let problem = try problem(with: topic, timeout: timeout) { throw problem }
        }
    }
}
