package import Telemetry

extension Logger {
    package static let silent = Logger(label: "test", format: .text, sink: LogSink { _ in })
}
