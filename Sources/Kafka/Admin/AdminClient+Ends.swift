internal import CRdkafka

extension AdminClient {
    /// Returns the offset behind the last record of each partition of topics; blocks.
    ///
    /// The result lacks partitions whose leader does not answer, and topics that do not exist.
    ///
    /// - Throws: ``KafkaError`` when no broker answers.
    package func ends(
        of topics: [String],
        timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        let partitions = try client.topics(topics, timeout: timeout).flatMap(\.partitions)
        guard !partitions.isEmpty else { return [:] }
        let found = try client.lookUp(partitions, at: Int64(RD_KAFKA_OFFSET_END), timeout)
        guard found.error == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw client.explained(KafkaError(found.error))
        }
        return found.offsets.filter { $0.value >= 0 }
    }

    /// Ends the wait for all answers to questions, now and later.
    package func giveUpQuestions() { client.questions.giveUp() }
}
