internal import CRdkafka
internal import Glibc

extension AdminClient {
    /// Lists the consumer groups that this client may see; blocks.
    ///
    /// A broker does not say that it leaves out groups: without the right Describe on the cluster,
    /// it lists only the groups on which the client has the right Describe.
    ///
    /// - Returns: The groups' states by name, and the errors of brokers that did not answer. Their
    ///   groups are missing.
    /// - Throws: ``KafkaError`` when no broker answers, or when the broker lists no groups
    ///   (``KafkaError/isUnsupported``).
    package func listGroups(timeout: Duration) throws(KafkaError) -> GroupListing {
        try repeated(within: timeout) { timeout throws(KafkaError) in
            let answer = try client.ask(
                RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPS,
                timeout: timeout
            ) { rd_kafka_ListConsumerGroups(client.raw, $0, $1) }
            guard let result = rd_kafka_event_ListConsumerGroups_result(answer.raw) else {
                throw .badMessage
            }
            var count = 0
            let errors = rd_kafka_ListConsumerGroups_result_errors(result, &count)
            let problems = UnsafeBufferPointer(start: errors, count: count).compactMap {
                KafkaError($0)
            }
            let groups = rd_kafka_ListConsumerGroups_result_valid(result, &count)
            var states: [String: GroupState] = [:]
            for group in UnsafeBufferPointer(start: groups, count: count) {
                guard let group, let name = rd_kafka_ConsumerGroupListing_group_id(group) else {
                    continue
                }
                states[String(cString: name)] = GroupState(
                    rd_kafka_ConsumerGroupListing_state(group)
                )
            }
            if states.isEmpty, let first = problems.first { throw client.explained(first) }
            return GroupListing(states: states, problems: problems)
        }
    }

    /// Asks the groups' coordinators for their states and members; blocks.
    ///
    /// - Returns: For each group, its description or an error. A group that does not exist has the
    ///   state ``GroupState/dead``.
    /// - Throws: ``KafkaError`` when no broker answers.
    func describeGroups(
        _ groups: [String],
        timeout: Duration
    ) throws(KafkaError) -> [String: Result<GroupDescription, KafkaError>] {
        let deadline = client.now() + timeout
        var descriptions: [String: Result<GroupDescription, KafkaError>] = [:]
        var rest = groups
        while !rest.isEmpty {
            descriptions.merge(try describe(rest, timeout: timeout)) { $1 }
            rest = rest.filter { group in
                guard case .failure(let error) = descriptions[group] else { return false }
                return error.isTimeout || error.isCoordinatorMoving
            }
            guard !rest.isEmpty, client.now() < deadline, !client.questions.areGivenUp else {
                break
            }
            Attempt.pauseWhileCoordinatorMoves()
        }
        return descriptions
    }

    private func describe(
        _ groups: [String],
        timeout: Duration
    ) throws(KafkaError) -> [String: Result<GroupDescription, KafkaError>] {
        try repeated(within: timeout) { timeout throws(KafkaError) in
            let answer = try client.ask(
                RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS,
                timeout: timeout
            ) { options, queue in
                // The call copies the names.
                var names: [UnsafePointer<CChar>?] = groups.map { UnsafePointer(strdup($0)) }
                defer { for name in names { free(UnsafeMutablePointer(mutating: name)) } }
                rd_kafka_DescribeConsumerGroups(client.raw, &names, names.count, options, queue)
            }
            var count = 0
            guard let result = rd_kafka_event_DescribeConsumerGroups_result(answer.raw),
                let found = rd_kafka_DescribeConsumerGroups_result_groups(result, &count)
            else { throw .badMessage }
            var descriptions: [String: Result<GroupDescription, KafkaError>] = [:]
            for group in UnsafeBufferPointer(start: found, count: count) {
                guard let group, let name = rd_kafka_ConsumerGroupDescription_group_id(group) else {
                    continue
                }
                let error = KafkaError(rd_kafka_ConsumerGroupDescription_error(group))
                descriptions[String(cString: name)] =
                    error.map { .failure(client.explained($0)) }
                    ?? .success(GroupDescription(group))
            }
            return descriptions
        }
    }

    /// Asks a group's coordinator for the offsets that the group has committed; blocks.
    ///
    /// Topics that the client may not describe are left out, without an error.
    ///
    /// - Parameter partitions: The partitions to ask about; `nil` for all that the group has
    ///   committed, which the embedded broker cannot return.
    func committedOffsets(
        of group: String,
        in partitions: [TopicPartition]?,
        timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        try repeated(within: timeout) { timeout throws(KafkaError) in
            var request =
                partitions.map { PartitionList($0, at: 0).request(of: group) }
                ?? rd_kafka_ListConsumerGroupOffsets_new(group, nil)
            defer { rd_kafka_ListConsumerGroupOffsets_destroy(request) }
            let answer = try client.ask(
                RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS,
                timeout: timeout
            ) { rd_kafka_ListConsumerGroupOffsets(client.raw, &request, 1, $0, $1) }
            var count = 0
            guard let result = rd_kafka_event_ListConsumerGroupOffsets_result(answer.raw),
                let groups = rd_kafka_ListConsumerGroupOffsets_result_groups(result, &count),
                count == 1, let first = groups[0]
            else { throw .badMessage }
            if let error = KafkaError(rd_kafka_group_result_error(first)) {
                throw client.explained(error)
            }
            guard let partitions = rd_kafka_group_result_partitions(first) else { return [:] }
            return PartitionList.Raw(mutating: partitions).offsets.filter { $0.value >= 0 }
        }
    }
}

extension PartitionList {
    /// Returns a request for the offsets that a group has committed in these partitions.
    fileprivate func request(of group: String) -> OpaquePointer? {
        rd_kafka_ListConsumerGroupOffsets_new(group, raw)
    }
}

extension KafkaError {
    /// - Parameter raw: The error of one part of an answer; `nil` when there is none.
    fileprivate init?(_ raw: OpaquePointer?) {
        guard let raw, rd_kafka_error_code(raw) != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        self.init(rd_kafka_error_code(raw), rd_kafka_error_string(raw).map { String(cString: $0) })
    }
}
