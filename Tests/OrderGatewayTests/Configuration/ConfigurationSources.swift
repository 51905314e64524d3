import TestSupport

@testable import OrderGateway

/// A configuration from its three sources; `file` is the content of one.
func configuration(
    flags: [Setting: [String]] = [:],
    environment: [String: String] = [:],
    file text: String? = nil
) async throws -> GatewayConfiguration {
    try withTemporaryFolder { folder in
        let path = try text.map { try folder.write($0, to: "config.json") }
        do {
            return try GatewayConfiguration(
                SettingSources(flags: flags, environment: environment, file: path)
            )
        } catch let error as ConfigurationError {
            // The folder's name is another one each time.
            throw SupportError(error.description.replacing(folder.path, with: "FOLDER"))
        }
    }
}

/// What a configuration is refused with.
func refusal(
    flags: [Setting: [String]] = [:],
    environment: [String: String] = [:],
    file text: String? = nil
) async -> String {
    do {
        _ = try await configuration(flags: flags, environment: environment, file: text)
        return "it is accepted"
    } catch {
        return "\(error)"
    }
}
