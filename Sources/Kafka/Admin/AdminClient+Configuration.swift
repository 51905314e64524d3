internal import CRdkafka

extension AdminClient {
    /// Requests the configuration of topics; blocks.
    ///
    /// - Returns: For each topic, its configuration or the reason why the broker does not return
    ///   it: the right `DescribeConfigs` is missing (``KafkaError/isAuthorization``), or the topic
    ///   does not exist (``KafkaError/isUnknownTopic``).
    /// - Throws: ``KafkaError`` when no broker answers, or when the broker does not support the
    ///   request (``KafkaError/isUnsupported``). The second error is thrown at once.
    package func configuration(
        of topics: [String],
        timeout: Duration
    ) throws(KafkaError) -> [String: Result<TopicConfiguration, KafkaError>] {
        guard !topics.isEmpty else { return [:] }
        return try repeated(within: timeout) { timeout throws(KafkaError) in
            try ask(for: topics, timeout: timeout)
        }
    }

    /// Finds out which topics are compacted; blocks.
    ///
    /// - Throws: ``KafkaError`` when no broker answers, or when the broker does not return the
    ///   configuration of a topic for a reason other than a missing right.
    package func compaction(
        of topics: [String],
        timeout: Duration
    ) throws(KafkaError) -> TopicCompaction {
        var found = TopicCompaction()
        let answers: [String: Result<TopicConfiguration, KafkaError>]
        do throws(KafkaError) {
            answers = try configuration(of: topics, timeout: timeout)
        } catch {
            // An example is the embedded broker, which compacts nothing.
            guard !error.isUnsupported else { return found }
            throw error
        }
        for topic in topics {
            switch answers[topic] {
            case .success(let answer): if answer.isCompacted { found.compacted.append(topic) }
            case .failure(let error) where error.isAuthorization: found.unknown.append(topic)
            case .failure(let error): throw error
            case nil: break
            }
        }
        return found
    }

    private func ask(
        for topics: [String],
        timeout: Duration
    ) throws(KafkaError) -> [String: Result<TopicConfiguration, KafkaError>] {
        // Any broker can answer. librdkafka asks the controller by default, and waits in vain if
        // the cluster has none, as with the embedded broker.
        let broker = try anyBroker(timeout: timeout)
        var resources = topics.map { rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, $0) }
        defer { rd_kafka_ConfigResource_destroy_array(&resources, resources.count) }
        let answer = try client.ask(
            RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS,
            of: broker,
            timeout: timeout
        ) { options, queue in
            rd_kafka_DescribeConfigs(client.raw, &resources, resources.count, options, queue)
        }
        var count = 0
        guard let result = rd_kafka_event_DescribeConfigs_result(answer.raw),
            let found = rd_kafka_DescribeConfigs_result_resources(result, &count)
        else { throw KafkaError(RD_KAFKA_RESP_ERR__BAD_MSG) }
        var configurations: [String: Result<TopicConfiguration, KafkaError>] = [:]
        for resource in UnsafeBufferPointer(start: found, count: count) {
            guard let resource, let name = rd_kafka_ConfigResource_name(resource) else { continue }
            let topic = String(cString: name)
            configurations[topic] = Self.configuration(resource, topic)
        }
        return configurations
    }

    /// Returns the number of a broker that answers.
    private func anyBroker(timeout: Duration) throws(KafkaError) -> Int32 {
        let answer = client.questions.ask { [client] () -> Result<Int32, KafkaError> in
            var metadata: UnsafePointer<rd_kafka_metadata>?
            let error = rd_kafka_metadata(client.raw, 0, nil, &metadata, timeout.wholeMilliseconds)
            guard error == RD_KAFKA_RESP_ERR_NO_ERROR, let metadata else {
                return .failure(KafkaError(error))
            }
            defer { rd_kafka_metadata_destroy(metadata) }
            return .success(metadata.pointee.orig_broker_id)
        }
        guard let answer else { throw .givenUp }
        do throws(KafkaError) { return try answer.get() } catch { throw client.explained(error) }
    }

    private static func configuration(
        _ resource: OpaquePointer,
        _ topic: String
    ) -> Result<TopicConfiguration, KafkaError> {
        let error = rd_kafka_ConfigResource_error(resource)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
            let reason = KafkaError(error)
            guard reason.isAuthorization else {
                return .failure(KafkaError(error, "topic \(topic): \(reason.message)"))
            }
            return .failure(
                KafkaError(error, "topic \(topic): the right DescribeConfigs on it is missing")
            )
        }
        var count = 0
        let configs = rd_kafka_ConfigResource_configs(resource, &count)
        var entries: [String: String] = [:]
        for entry in UnsafeBufferPointer(start: configs, count: count) {
            guard let entry, let name = rd_kafka_ConfigEntry_name(entry),
                let value = rd_kafka_ConfigEntry_value(entry)
            else { continue }
            entries[String(cString: name)] = String(cString: value)
        }
        return .success(TopicConfiguration(entries: entries))
    }
}
