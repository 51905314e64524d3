internal import CRdkafka

/// The state of a consumer group, in the words of the Kafka protocol.
package struct GroupState: Equatable, Sendable, CustomStringConvertible {
    package let description: String

    /// The group does not exist, or it has neither members nor committed offsets any more.
    static let dead = GroupState(RD_KAFKA_CONSUMER_GROUP_STATE_DEAD)
    static let unknown = GroupState(RD_KAFKA_CONSUMER_GROUP_STATE_UNKNOWN)

    init(_ state: rd_kafka_consumer_group_state_t) {
        description = String(cString: rd_kafka_consumer_group_state_name(state))
    }
}

/// The consumer groups of a cluster, as far as its brokers have listed them.
package struct GroupListing: Equatable, Sendable {
    package let states: [String: GroupState]
    /// The errors of brokers whose groups are missing.
    package let problems: [KafkaError]
}

/// A consumer group as its coordinator reports it.
struct GroupDescription: Equatable, Sendable {
    struct Member: Equatable, Sendable {
        let clientID: String
        /// The address from which the member has connected.
        let host: String
        let partitions: [TopicPartition]
    }

    let state: GroupState
    let members: [Member]
}

extension GroupDescription {
    /// - Parameter raw: A `rd_kafka_ConsumerGroupDescription_t`.
    init(_ raw: OpaquePointer) {
        state = GroupState(rd_kafka_ConsumerGroupDescription_state(raw))
        members = (0..<rd_kafka_ConsumerGroupDescription_member_count(raw)).compactMap { index in
            rd_kafka_ConsumerGroupDescription_member(raw, index).map { Member($0) }
        }
    }
}

extension GroupDescription.Member {
    /// - Parameter raw: A `rd_kafka_MemberDescription_t`.
    fileprivate init(_ raw: OpaquePointer) {
        func text(_ pointer: UnsafePointer<CChar>?) -> String {
            pointer.map { String(cString: $0) } ?? ""
        }
        clientID = text(rd_kafka_MemberDescription_client_id(raw))
        // Java's brokers write an address as InetAddress.toString does, with a slash before it.
        host = String(text(rd_kafka_MemberDescription_host(raw)).drop { $0 == "/" })
        let list = rd_kafka_MemberDescription_assignment(raw)
            .flatMap { rd_kafka_MemberAssignment_partitions($0) }
        partitions =
            list.map { PartitionList.Raw(mutating: $0).elements.map { TopicPartition($0) } } ?? []
    }
}
