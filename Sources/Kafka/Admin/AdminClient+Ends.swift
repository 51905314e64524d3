internal import CRdkafka

extension AdminClient {
    /// Returns the offset behind the last record of each partition of topics; blocks.
    ///
    /// The result lacks partitions whose leader does not answer, and topics that do not exist.
    ///
    /// - Parameter timeout: The time limit for each broker.
    /// - Throws: ``KafkaError`` when no broker answers.
    package func ends(
        of topics: [String],
        timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        let found = try ends(of: client.topics(topics, timeout: timeout), timeout)
        if found.ends.isEmpty, let failure = found.failure { throw client.explained(failure) }
        return found.ends
    }

    func ends(
        of topics: [TopicDescription],
        _ timeout: Duration
    ) throws(KafkaError) -> PartitionEnds {
        try PartitionEnds(of: topics) { partitions throws(KafkaError) in
            try client.lookUp(partitions, at: Int64(RD_KAFKA_OFFSET_END), timeout)
        }
    }

    /// Ends the wait for all answers to questions, now and later.
    package func giveUpQuestions() { client.questions.giveUp() }
}
