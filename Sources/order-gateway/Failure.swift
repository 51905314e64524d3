internal import ArgumentParser
internal import Glibc
internal import HTTPServer
internal import Kafka
internal import OrderGateway
internal import ReadModel

/// Turns errors into one line on standard error and an exit code of sysexits.h.
enum Failure {
    static let failure: Int32 = 1
    static let usage: Int32 = 64  // EX_USAGE
    static let unavailable: Int32 = 69  // EX_UNAVAILABLE
    static let software: Int32 = 70  // EX_SOFTWARE
    static let input: Int32 = 74  // EX_IOERR

    /// Runs a command's work.
    ///
    /// - Throws: `ExitCode`, after the error has been reported.
    static func reporting(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let code as ExitCode {
            throw code
        } catch {
            Console.error("order-gateway: \(text(of: error))")
            throw ExitCode(code(of: error))
        }
    }

    /// A property that librdkafka refuses came from the flag, or from its name in the environment.
    private static func text(of error: any Error) -> String {
        let isProperty = (error as? KafkaError)?.isConfigurationError ?? false
        return isProperty ? "\(Setting.kafkaConfig.flag): \(error)" : "\(error)"
    }

    private static func code(of error: any Error) -> Int32 {
        switch error {
        case is ConfigurationError, is UsageError: usage
        case let error as KafkaError: error.isConfigurationError ? usage : unavailable
        case is ServerError: unavailable
        case is NotFound: failure
        case is StoreError, is StockError: input
        default: software
        }
    }
}

/// A flag whose value is well-formed but cannot be used.
struct UsageError: Error, CustomStringConvertible {
    let description: String
}

/// What the command line writes: results to standard output, errors to standard error.
enum Console {
    /// Writes a line at once, also into a pipe, so that scripts can wait for it.
    static func line(_ text: String) {
        write(text + "\n", to: STDOUT_FILENO)
    }

    /// Writes text as it is.
    static func text(_ text: String) {
        write(text, to: STDOUT_FILENO)
    }

    static func error(_ text: String) {
        errorText(text + "\n")
    }

    /// Writes text as it is.
    static func errorText(_ text: String) {
        write(text, to: STDERR_FILENO)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR else { return }
            rest = rest.dropFirst(max(0, count))
        }
    }
}
