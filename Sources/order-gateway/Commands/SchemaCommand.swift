internal import Orders

/// The command `order-gateway schema`.
enum SchemaCommand {
    static let command = Command(
        name: "schema",
        summary: "Prints the JSON Schema of an event, or lists the events.",
        examples: """
            order-gateway schema
                Lists the types and versions.
            order-gateway schema OrderCreated 2.0
                Prints one schema; without a version, the newest.
            """,
        arguments: [
            .init(name: "TYPE", help: "Such as OrderCreated.", count: .optional),
            .init(name: "VERSION", help: "Such as 1.0.", count: .optional),
        ],
        run: run
    )

    private static func run(_ invocation: Invocation) throws {
        let arguments = invocation.arguments
        guard let type = arguments.first else { return try list() }
        guard let event = EventType(rawValue: type) else {
            let known = EventType.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError("TYPE: there is no event '\(type)'; there are \(known)")
        }
        let versions = EventVersion.allCases
        let wanted = arguments.count > 1 ? arguments[1] : versions.last?.rawValue
        guard let version = wanted.flatMap({ EventVersion(rawValue: $0) }) else {
            let known = versions.map(\.rawValue).joined(separator: " and ")
            throw UsageError(
                "VERSION: there is no version '\(wanted ?? "")' of \(type); there are \(known)"
            )
        }
        try Console.text(String(decoding: EventSchema.json(event, version), as: UTF8.self))
    }

    private static func list() throws(OutputError) {
        for type in EventType.allCases {
            for version in EventVersion.allCases {
                try Console.line("\(type.rawValue)\t\(version)")
            }
        }
    }
}
