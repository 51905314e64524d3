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
        let ends = try ends(of: standings.flatMap(\.partitions), topics, timeout)
        lags.groups = standings.map { $0.lag(ends) }
        return lags
    }

    /// Returns the ends of partitions.
    ///
    /// - Parameter topics: All topics of which the client knows.
    private func ends(
        of wanted: [TopicPartition],
        _ topics: [TopicDescription],
        _ timeout: Duration
    ) throws(KafkaError) -> PartitionEnds {
        let names = Set(wanted.map(\.topic))
        let known = topics.filter { names.contains($0.name) }
        // A list of all topics leaves out those that the client may not describe.
        let hidden = names.subtracting(known.map(\.name)).sorted()
        return try ends(of: known + client.topics(hidden, timeout: timeout), timeout)
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

        func lag(_ ends: PartitionEnds) -> GroupLag {
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
