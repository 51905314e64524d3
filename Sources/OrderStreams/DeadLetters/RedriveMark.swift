internal import Kafka

/// The traces of a redrive.
///
/// They are headers of the republished record, and a record without a value in the dead-letter
/// topic that names the letter.
enum RedriveMark {
    /// Returns the record to publish to the original topic.
    ///
    /// - Parameter letter: A letter that contains its original.
    static func record(_ letter: DeadLetter) -> ProducerMessage {
        let count = DeadLetterHeader.redriveCount(letter.headers) + 1
        let own = [DeadLetterHeader.redrivenFrom, DeadLetterHeader.redriveCount]
        return ProducerMessage(
            topic: letter.id.topic,
            key: letter.key,
            value: letter.value,
            headers: letter.headers.filter { !own.contains($0.name) } + [
                KafkaHeader(DeadLetterHeader.redrivenFrom, "\(letter.id)"),
                KafkaHeader(DeadLetterHeader.redriveCount, "\(count)"),
            ],
            partition: letter.id.partition
        )
    }

    /// Returns the mark for the dead-letter topic.
    static func message(_ letter: DeadLetter) -> ProducerMessage {
        ProducerMessage(
            topic: EventTopics.deadLetters,
            key: letter.key,
            value: nil,
            headers: [KafkaHeader(DeadLetterHeader.redrivenFrom, "\(letter.id)")]
        )
    }

    /// Returns the letter that a record of the dead-letter topic marks as redriven.
    static func redriven(_ record: ConsumedRecord) -> DeadLetterID? {
        guard record.value == nil else { return nil }
        return DeadLetterHeader.text(DeadLetterHeader.redrivenFrom, in: record.headers)
            .flatMap { DeadLetterID($0) }
    }
}
