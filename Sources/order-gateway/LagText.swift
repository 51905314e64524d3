internal import Kafka
internal import Text

/// The text forms of consumer lag on the command line.
enum LagText {
    /// Returns a group with a table of its partitions.
    static func text(_ group: GroupLag) -> String {
        var facts = [group.state.map { "\($0)".lowercased() } ?? "state not known"]
        if let members = group.members {
            facts.append("\(members == 0 ? "no" : "\(members)") member\(members == 1 ? "" : "s")")
        }
        if group.partitions.isEmpty {
            facts.append("nothing committed in topics that may be seen")
        } else {
            facts.append("lag \(group.records)\(unknownText(group))")
        }
        var table = TextTable(
            ["TOPIC", "PARTITION", "COMMITTED", "END", "LAG", "MEMBER", "NOTE"],
            rightAligned: [1, 2, 3, 4]
        )
        for partition in group.partitions {
            table.append([
                partition.partition.topic.printable, "\(partition.partition.partition)",
                number(partition.committed), number(partition.end), number(partition.records),
                partition.member?.printable ?? "", partition.note ?? "",
            ])
        }
        let lines = group.partitions.isEmpty ? [] : table.lines()
        let head = "\(group.group.printable): \(facts.joined(separator: ", "))"
        return ([head] + lines).joined(separator: "\n")
    }

    /// Returns a JSON object.
    static func json(_ group: GroupLag, at time: Timestamp) -> String {
        var json = JSONWriter(reservingBytes: 1024)
        json.beginObject()
        json.key("timestamp")
        json.string(time)
        json.key("group")
        json.string(group.group)
        json.key("state")
        append(group.state.map { "\($0)" }, to: &json)
        json.key("members")
        append(group.members.map { Int64($0) }, to: &json)
        json.key("lag")
        json.integer(group.records)
        json.key("partitions_without_lag")
        json.integer(Int64(group.unknown))
        json.key("partitions")
        json.beginArray()
        for partition in group.partitions {
            json.beginObject()
            json.key("topic")
            json.string(partition.partition.topic)
            json.key("partition")
            json.integer(Int64(partition.partition.partition))
            json.key("committed")
            append(partition.committed, to: &json)
            json.key("end")
            append(partition.end, to: &json)
            json.key("lag")
            append(partition.records, to: &json)
            json.key("member")
            append(partition.member, to: &json)
            json.key("note")
            append(partition.note, to: &json)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private static func unknownText(_ group: GroupLag) -> String {
        guard group.unknown > 0 else { return "" }
        return ", and of \(group.unknown) partition\(group.unknown == 1 ? "" : "s") not known"
    }

    private static func number(_ number: Int64?) -> String { number.map { "\($0)" } ?? "-" }

    private static func append(_ number: Int64?, to json: inout JSONWriter) {
        if let number { json.integer(number) } else { json.null() }
    }

    private static func append(_ text: String?, to json: inout JSONWriter) {
        if let text { json.string(text) } else { json.null() }
    }
}
