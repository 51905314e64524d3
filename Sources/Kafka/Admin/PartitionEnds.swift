internal import CRdkafka

/// The ends of partitions, and why some of them are not known.
struct PartitionEnds {
    /// The partitions of each topic.
    private(set) var partitions: [String: [TopicPartition]] = [:]
    private(set) var ends: [TopicPartition: Int64] = [:]
    /// The error of the last leader that did not answer.
    private(set) var failure: KafkaError?
    private var problems: [TopicPartition: String] = [:]
    private var topicProblems: [String: String] = [:]

    /// Asks the leaders one after the other, so that one that does not answer hides only its own
    /// partitions.
    ///
    /// librdkafka can ask all at once, but then tells nothing unless all have answered.
    ///
    /// - Parameter ask: Asks for the ends of partitions with one leader.
    init(
        of topics: [TopicDescription],
        ask: ([TopicPartition]) throws(KafkaError) -> Client.LookUp
    ) throws(KafkaError) {
        var byLeader: [Int32: [TopicPartition]] = [:]
        for topic in topics {
            partitions[topic.name] = topic.partitions
            topicProblems[topic.name] = topic.error.map { Self.text(of: $0, topic.name) }
            for state in topic.states {
                let partition = TopicPartition(topic: topic.name, partition: state.number)
                if let leader = state.leader {
                    byLeader[leader, default: []].append(partition)
                } else {
                    problems[partition] = "the partition has no leader"
                }
            }
        }
        for (leader, partitions) in byLeader.sorted(by: { $0.key < $1.key }) {
            let found = try ask(partitions)
            let isAnswered = found.error == RD_KAFKA_RESP_ERR_NO_ERROR
            if !isAnswered { failure = KafkaError(found.error) }
            for partition in partitions {
                if isAnswered, let end = found.offsets[partition], end >= 0 {
                    ends[partition] = end
                } else {
                    let error = found.problem ?? KafkaError(found.error)
                    problems[partition] = "broker \(leader) did not tell the end: \(error)"
                }
            }
        }
    }

    func end(of partition: TopicPartition) -> (end: Int64?, problem: String?) {
        if let problem = topicProblems[partition.topic] { return (nil, problem) }
        if let end = ends[partition] { return (end, nil) }
        return (nil, problems[partition] ?? "the topic has no such partition")
    }

    private static func text(of error: KafkaError, _ topic: String) -> String {
        if error.isUnknownTopic { return "the topic does not exist" }
        return error.isAuthorization
            ? "the right Describe on topic \(topic) is missing" : "\(error)"
    }
}
