internal import Kafka

/// What redriving leaves behind: headers on the record that went back, and a record without a value
/// in the dead-letter topic that says which letter it was.
enum RedriveMark {
    /// The record that goes back.
    ///
    /// - Parameter letter: A whole one.
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

    /// The mark in the dead-letter topic.
    static func message(_ letter: DeadLetter) -> ProducerMessage {
        ProducerMessage(
            topic: EventTopics.deadLetters,
            key: letter.key,
            value: nil,
            headers: [KafkaHeader(DeadLetterHeader.redrivenFrom, "\(letter.id)")]
        )
    }

    /// Which letter a record of the dead-letter topic marks as redriven.
    static func redriven(_ record: ConsumedRecord) -> DeadLetterID? {
        guard record.value == nil else { return nil }
        return DeadLetterHeader.text(DeadLetterHeader.redrivenFrom, in: record.headers)
            .flatMap { DeadLetterID($0) }
    }
}
