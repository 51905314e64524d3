internal import HTTPClient
internal import HTTPServer
internal import Kafka
internal import OrderGateway
internal import ReadModel
internal import Transport
internal import OrderStreams
internal import Development

/// Turns errors into one line and an exit code of sysexits.h.
enum Failure {
    fileprivate static let failure: Int32 = 1
    private static let usage: Int32 = 64  // EX_USAGE
    private static let unavailable: Int32 = 69  // EX_UNAVAILABLE
    private static let software: Int32 = 70  // EX_SOFTWARE
    private static let input: Int32 = 74  // EX_IOERR
    fileprivate static let forbidden: Int32 = 77  // EX_NOPERM

    /// Returns the error in one line, after the flag to check.
    ///
    /// The flag's value may have come from the environment or the file. Line ends are escaped,
    /// because an error may show a value that contains them.
    static func text(of error: any Error) -> String {
        let setting: Setting? =
            switch error {
            case let error as KafkaError: error.isConfigurationError ? .kafkaConfig : nil
            case let error as ServerError: Self.setting(of: error)
            case let error as AdminPortError: Self.setting(of: error)
            default: nil
            }
        var text = setting.map { "\($0.flag): \(error)" } ?? "\(error)"
        if let error = error as? KafkaError, error.isConnectionError {
            text +=
                "; check \(Setting.kafkaBrokers.flag), and \(Setting.kafkaConfig.flag) for"
                + " logins and TLS"
        }
        if error is NoStatus
            || (error as? HTTPClientError).map({ $0.kind != .invalidRequest }) == true
        {
            text +=
                "; does a gateway run there? Check --url, or --admin-port and --http-port as the"
                + " gateway has them"
        }
        return text.printable
    }

    private static func setting(of error: ServerError) -> Setting? {
        switch error {
        case .hostNotFound, .addressNotAvailable: .httpHost
        case .addressInUse(let address), .permissionDenied(let address):
            address.isPath ? .httpSocket : .httpPort
        case .notASocket: .httpSocket
        case .socketGroupNotSet: .httpSocketGroup
        case .socketModeNotSet: .httpSocketMode
        case .tooFewDescriptors, .inheritance, .system: nil
        }
    }

    private static func setting(of error: AdminPortError) -> Setting? {
        switch error.reason {
        case .hostNotFound, .addressNotAvailable: .adminHost
        case .addressInUse, .permissionDenied: .adminPort
        default: nil
        }
    }

    static func code(of error: any Error) -> Int32 {
        switch error {
        case is ConfigurationError, is UsageError: usage
        case let error as KafkaError: code(of: error)
        case is ServerError, is AdminPortError, is HTTPClientError, is NoStatus: unavailable
        case ServiceError.overdue: ServiceError.overdueExitCode
        case is NotFound, is ReplayRefusal: failure
        case is DataFolderError, is StoreError, is StockError, is OutputError: input
        default: software
        }
    }

    private static func code(of error: KafkaError) -> Int32 {
        if error.isConfigurationError { return usage }
        return error.isAuthorization ? forbidden : unavailable
    }
}

/// An error in the command line.
struct UsageError: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Ends the program with a code.
///
/// The reason has been printed already.
struct ExitCode: Error {
    let value: Int32

    /// The result is not as expected; the command's help says what that means.
    static let failure = ExitCode(value: Failure.failure)
    /// A right is missing.
    static let forbidden = ExitCode(value: Failure.forbidden)
}
