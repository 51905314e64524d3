internal import CRdkafka

extension AdminClient {
    /// Finds out how far consumer groups are behind; blocks.
    ///
    /// Only looks: it needs the right Describe on the groups and their topics. The end of a
    /// partition is the last stable offset, behind which a consumer cannot read while a transaction
    /// is open, unless the property `isolation.level` is `read_uncommitted`.
    ///
    /// - Parameters:
    ///   - groups: The names; `nil` for all groups that this client may see.
    ///   - timeout: The time limit of each request.
    /// - Throws: ``KafkaError`` when no broker answers, or when the broker lists no groups.
    package func lags(of groups: [String]?, timeout: Duration) throws(KafkaError) -> GroupLags {
        let topics = try listTopics(timeout: timeout)
        let listing = try listing(isNeeded: groups == nil, timeout)
        let names = groups ?? listing?.states.keys.sorted() ?? []
        var lags = GroupLags(problems: groups == nil ? listing?.problems ?? [] : [])
        // Never asks a broker that has no such requests: librdkafka 2.0.2 then answers no other
        // question either.
        let descriptions = listing == nil ? [:] : try describeGroups(names, timeout: timeout)
        var standings: [Standing] = []
        for name in names {
            do throws(KafkaError) {
                var standing = Standing(
                    group: name,
                    description: try descriptions[name]?.get(),
                    committed: try committedOffsets(
                        of: name,
                        in: listing == nil ? topics.flatMap(\.partitions) : nil,
                        timeout: timeout
                    )
                )
                // A broker describes a group that does not exist as dead, and may do so with groups
                // of a newer protocol (KIP-848) too.
                if standing.state == .dead { standing.replaceState(listing?.states[name]) }
                if standing.state == nil, standing.committed.isEmpty {
                    lags.absent.append(name)
                } else {
                    standings.append(standing)
                }
            } catch {
                guard !error.isConnectionError else { throw error }
                lags.problems.append(Self.naming(name, error))
            }
        }
        let ends = try Ends(of: standings.flatMap(\.partitions), topics, client, timeout)
        lags.groups = standings.map { $0.lag(ends) }
        return lags
    }

    /// - Returns: `nil` when the broker lists no groups, as the embedded broker does not. Such a
    ///   broker tells the offsets of a group all the same.
    private func listing(
        isNeeded: Bool,
        _ timeout: Duration
    ) throws(KafkaError) -> GroupListing? {
        do throws(KafkaError) {
            return try listGroups(timeout: timeout)
        } catch {
            guard error.isUnsupported else { throw error }
            guard isNeeded else { return nil }
            throw KafkaError(
                rd_kafka_resp_err_t(error.code),
                "this broker does not list its consumer groups: name the groups"
            )
        }
    }

    /// A group without the ends of its partitions.
    private struct Standing {
        let group: String
        private(set) var state: GroupState?
        private var members: [GroupDescription.Member]?
        let committed: [TopicPartition: Int64]

        init(
            group: String,
            description: GroupDescription?,
            committed: [TopicPartition: Int64]
        ) {
            self.group = group
            self.committed = committed
            state = description?.state == .unknown ? nil : description?.state
            members = description?.members
        }

        /// Sets the state of a group that the broker describes wrongly.
        mutating func replaceState(_ state: GroupState?) {
            self.state = state
            members = nil
        }

        /// The partitions that the group has committed or that its members consume.
        var partitions: [TopicPartition] {
            committed.keys + (members ?? []).flatMap(\.partitions)
        }

        func lag(_ ends: Ends) -> GroupLag {
            var owners: [TopicPartition: String] = [:]
            for member in members ?? [] {
                for partition in member.partitions {
                    owners[partition] = "\(member.clientID) (\(member.host))"
                }
            }
            let all = Set(partitions).union(
                Set(partitions.map(\.topic)).flatMap { ends.partitions[$0] ?? [] }
            )
            let sorted = all.sorted { ($0.topic, $0.partition) < ($1.topic, $1.partition) }
            return GroupLag(
                group: group,
                state: state,
                members: members?.count,
                partitions: sorted.map { partition in
                    let (end, problem) = ends.end(of: partition)
                    let committed = committed[partition]
                    return PartitionLag(
                        partition: partition,
                        committed: committed,
                        end: end,
                        member: owners[partition],
                        note: problem ?? Self.note(committed, end)
                    )
                }
            )
        }

        private static func note(_ committed: Int64?, _ end: Int64?) -> String? {
            guard let committed else { return "nothing committed yet" }
            guard let end, committed > end else { return nil }
            return "committed behind the end: was the topic made anew?"
        }
    }

    private static func naming(_ group: String, _ error: KafkaError) -> KafkaError {
        let code = rd_kafka_resp_err_t(error.code)
        guard error.isAuthorization else {
            return KafkaError(code, "group \(group): \(error.message)")
        }
        return KafkaError(
            code,
            "group \(group) cannot be seen: the right Describe on it is missing"
        )
    }
}

/// The ends of partitions, and why some of them are not known.
private struct Ends {
    /// The partitions of each topic.
    private(set) var partitions: [String: [TopicPartition]] = [:]
    private var ends: [TopicPartition: Int64] = [:]
    private var problems: [TopicPartition: String] = [:]
    private var topicProblems: [String: String] = [:]

    /// Asks the leaders one after the other, so that one that does not answer hides only its own
    /// partitions.
    init(
        of wanted: [TopicPartition],
        _ topics: [TopicDescription],
        _ client: Client,
        _ timeout: Duration
    ) throws(KafkaError) {
        let names = Set(wanted.map(\.topic))
        var known = topics.filter { names.contains($0.name) }
        // A list of all topics leaves out those that the client may not describe.
        let hidden = names.subtracting(known.map(\.name)).sorted()
        known += try client.topics(hidden, timeout: timeout)
        var byLeader: [Int32: [TopicPartition]] = [:]
        for topic in known {
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
            let found = try client.lookUp(partitions, at: Int64(RD_KAFKA_OFFSET_END), timeout)
            for partition in partitions {
                if found.error == RD_KAFKA_RESP_ERR_NO_ERROR, let end = found.offsets[partition],
                    end >= 0
                {
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
