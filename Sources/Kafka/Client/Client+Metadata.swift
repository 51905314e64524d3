internal import CRdkafka

/// A topic and its state as a broker reports it.
package struct TopicDescription: Equatable, Sendable {
    package struct Partition: Equatable, Sendable {
        package let number: Int32
        /// The broker that currently leads the partition; `nil` when there is no leader.
        package let leader: Int32?
        package let replicas: Int
        /// The number of replicas that have all acknowledged records.
        package let inSync: Int
    }

    package let name: String
    /// An error such as `UNKNOWN_TOPIC_OR_PART`, or `TOPIC_AUTHORIZATION_FAILED` when the right to
    /// describe the topic is missing.
    package let error: KafkaError?
    /// The partitions, sorted by number.
    package let states: [Partition]

    /// The partitions, ascending.
    package var partitions: [TopicPartition] {
        states.map { TopicPartition(topic: name, partition: $0.number) }
    }

    /// One partition for each broker that leads any.
    fileprivate var oneOfEachLeader: [TopicPartition] {
        var seen: Set<Int32> = []
        return states.filter { $0.leader.map { seen.insert($0).inserted } ?? false }
            .map { TopicPartition(topic: name, partition: $0.number) }
    }

    /// The reason why the topic cannot be used; `nil` when it can.
    package var problem: String? {
        if let error {
            if error.isAuthorization { return "the right to describe topic \(name) is missing" }
            if error.isUnknownTopic { return "topic \(name) does not exist" }
            return "topic \(name): \(error)"
        }
        let leaderless = states.first { $0.leader == nil }
        return leaderless.map { "\(name)[\($0.number)] has no leader" }
    }
}

extension Client {
    /// Asks a broker about all topics that may be described; blocks.
    ///
    /// - Throws: ``KafkaError``, `_TRANSPORT` or `_TIMED_OUT` when no broker answers.
    func allTopics(timeout: Duration) throws(KafkaError) -> [TopicDescription] {
        try metadata(of: nil, timeout)
    }

    /// Asks a broker about topics; blocks, at most for `timeout` per topic.
    ///
    /// - Returns: A description of each topic, including topics that do not exist.
    /// - Throws: ``KafkaError``, `_TRANSPORT` or `_TIMED_OUT` when no broker answers.
    func topics(_ names: [String], timeout: Duration) throws(KafkaError) -> [TopicDescription] {
        var topics: [TopicDescription] = []
        for name in names { topics += try metadata(of: name, timeout) }
        return topics
    }

    /// Sends a small request to each broker that leads a partition of a topic; blocks.
    ///
    /// Any broker can describe topics, and may name other brokers that cannot be reached.
    ///
    /// - Throws: ``KafkaError`` when one of these brokers does not answer.
    func reachLeaders(of topic: TopicDescription, timeout: Duration) throws(KafkaError) {
        let error = try lookUp(topic.oneOfEachLeader, at: Int64(RD_KAFKA_OFFSET_END), timeout).error
        guard error != RD_KAFKA_RESP_ERR_NO_ERROR else { return log.noteAnswer() }
        throw explained(KafkaError(error), of: "the leaders of \(topic.name)")
    }

    /// The brokers' answer about the offsets of partitions.
    struct LookUp: Sendable {
        let error: rd_kafka_resp_err_t
        /// An error that a broker has reported for a partition.
        let problem: KafkaError?
        let offsets: [TopicPartition: Int64]
    }

    /// Asks the brokers that lead the partitions for offsets; blocks.
    ///
    /// - Parameter time: See ``PartitionList/lookUp(_:timeout:)``.
    /// - Throws: ``KafkaError`` when the question was given up.
    func lookUp(
        _ partitions: [TopicPartition],
        at time: Int64,
        _ timeout: Duration
    ) throws(KafkaError) -> LookUp {
        let found = questions.ask { [self] in look(up: partitions, at: time, timeout) }
        guard let found else { throw .givenUp }
        return found
    }

    private func look(
        up partitions: [TopicPartition],
        at time: Int64,
        _ timeout: Duration
    ) -> LookUp {
        let list = PartitionList(partitions, at: time)
        let error = list.lookUp(raw, timeout: timeout)
        var problem: KafkaError?
        do throws(KafkaError) { try list.throwFirstError() } catch { problem = error }
        return LookUp(error: error, problem: problem, offsets: list.offsets)
    }

    /// - Parameter name: The name of one topic, or `nil` for all topics.
    private func metadata(
        of name: String?,
        _ timeout: Duration
    ) throws(KafkaError) -> [TopicDescription] {
        let found = questions.ask { [self] in answer(about: name, timeout) }
        guard let found else { throw .givenUp }
        do throws(KafkaError) {
            let topics = try found.get()
            questions.note(isAnswered: true)
            return topics
        } catch {
            questions.note(isAnswered: !error.isConnectionError)
            throw explained(error)
        }
    }

    private func answer(
        about name: String?,
        _ timeout: Duration
    ) -> Result<[TopicDescription], KafkaError> {
        var handle: OpaquePointer?
        if let name {
            handle = rd_kafka_topic_new(raw, name, nil)
            guard handle != nil else { return .failure(KafkaError(rd_kafka_last_error())) }
        }
        defer { if let handle { rd_kafka_topic_destroy(handle) } }
        var metadata: UnsafePointer<rd_kafka_metadata>?
        let error = rd_kafka_metadata(
            raw,
            handle == nil ? 1 : 0,
            handle,
            &metadata,
            timeout.wholeMilliseconds
        )
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR, let metadata else {
            return .failure(KafkaError(error))
        }
        defer { rd_kafka_metadata_destroy(metadata) }
        let topics = UnsafeBufferPointer(
            start: metadata.pointee.topics,
            count: Int(metadata.pointee.topic_cnt)
        )
        return .success(topics.map(TopicDescription.init))
    }
}

extension TopicDescription {
    fileprivate init(_ topic: rd_kafka_metadata_topic) {
        name = String(cString: topic.topic)
        error = topic.err == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(topic.err)
        let all = UnsafeBufferPointer(start: topic.partitions, count: Int(topic.partition_cnt))
        states = all.map { partition in
            Partition(
                number: partition.id,
                leader: partition.leader >= 0 ? partition.leader : nil,
                replicas: Int(partition.replica_cnt),
                inSync: Int(partition.isr_cnt)
            )
        }.sorted { $0.number < $1.number }
    }
}
