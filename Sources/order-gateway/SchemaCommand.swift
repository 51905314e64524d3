internal import ArgumentParser
internal import Orders

/// Prints the schemas of the events.
struct SchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Prints the JSON Schema of an event, or lists the events.",
        discussion: """
            EXAMPLES
              order-gateway schema
                  The types and versions that there are.
              order-gateway schema OrderCreated 2.0
                  The schema of one; without a version, of the newest.
            """
    )

    @Argument(help: "Such as OrderCreated.") var type: String?
    @Argument(help: "Such as 1.0.") var version: String?

    func run() async throws {
        try await Failure.reporting {
            guard let type else {
                for type in EventType.allCases {
                    for version in EventVersion.allCases {
                        Console.line("\(type.rawValue)\t\(version)")
                    }
                }
                return
            }
            let versions = EventVersion.allCases
            guard let event = EventType(rawValue: type) else {
                let known = EventType.allCases.map(\.rawValue).joined(separator: ", ")
                throw UsageError(
                    description: "TYPE: there is no event '\(type)'; there are \(known)"
                )
            }
            let newest = versions.last.map(\.rawValue)
            guard let found = (version ?? newest).flatMap({ EventVersion(rawValue: $0) }) else {
                let known = versions.map(\.rawValue).joined(separator: " and ")
                throw UsageError(
                    description:
                        "VERSION: there is no version '\(version ?? "")' of \(type); there are \(known)"
                )
            }
            Console.text(String(decoding: EventSchema.json(event, found), as: UTF8.self))
        }
    }
}
