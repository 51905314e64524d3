/// The tools of Kafka; the raw value is the class that the script of that name runs in version 4.4.
package enum KafkaTool: String, Sendable {
    case topics = "org.apache.kafka.tools.TopicCommand"
    case configs = "org.apache.kafka.tools.ConfigCommand"
    case acls = "org.apache.kafka.tools.AclCommand"
    case groups = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand"
    case offsets = "org.apache.kafka.tools.GetOffsetShell"
    case deleteRecords = "org.apache.kafka.tools.DeleteRecordsCommand"
    case transactions = "org.apache.kafka.tools.TransactionsCommand"
    case leaderElection = "org.apache.kafka.tools.LeaderElectionCommand"
    case reassignPartitions = "org.apache.kafka.tools.reassign.ReassignPartitionsCommand"
    /// Publishes the lines of its standard input with the Java producer.
    case consoleProducer = "org.apache.kafka.tools.ConsoleProducer"
}
