import Foundation

/// A folder with Apache Kafka in it: the environment's `KAFKA_HOME`, whose `libs` hold the jars.
///
/// Nothing else of a distribution is used, above all none of its scripts: each of them leaves logs in
/// the folder. Java 17 or later has to be in `PATH`.
struct KafkaInstallation: Sendable {
    /// Whether the environment names one; whether it is any good shows when it is used.
    static var isNamed: Bool { home != nil }

    private static var home: String? {
        ProcessInfo.processInfo.environment["KAFKA_HOME"].flatMap { $0.isEmpty ? nil : $0 }
    }

    private let classPath: String

    init() throws(SupportError) {
        guard let home = Self.home else { throw SupportError("KAFKA_HOME is not set.") }
        let libraries = "\(home)/libs"
        let files = (try? FileManager.default.contentsOfDirectory(atPath: libraries)) ?? []
        guard files.contains(where: { $0.hasPrefix("kafka-clients-") && $0.hasSuffix(".jar") })
        else { throw SupportError("KAFKA_HOME: there is no Kafka in \(libraries)") }
        // Java itself replaces the star by all jars.
        classPath = "\(libraries)/*"
    }

    /// Starts a program of Kafka's in a Java machine made for a quick start and little memory.
    ///
    /// - Parameters:
    ///   - mainClass: The program.
    ///   - arguments: Its arguments.
    ///   - temporaryFolder: Where native libraries are unpacked to; a killed process leaves them there.
    func start(
        _ mainClass: String,
        _ arguments: [String],
        temporaryFolder: String
    ) throws(SupportError) -> ChildProcess {
        try ChildProcess("java", javaArguments(temporaryFolder) + [mainClass] + arguments)
    }

    /// Runs a program of Kafka's to its end.
    ///
    /// - Parameter input: A file to read from as standard input, which is empty otherwise.
    /// - Returns: What it wrote to standard output.
    /// - Throws: ``SupportError`` with what it said, when it failed.
    @discardableResult
    func run(
        _ mainClass: String,
        _ arguments: [String],
        input: String? = nil,
        temporaryFolder: String
    ) async throws -> String {
        let ending = try await ChildProcess.run(
            "/bin/sh",
            ["-c", #"exec java "$@" <"$0""#, input ?? "/dev/null"]
                + javaArguments(temporaryFolder) + [mainClass] + arguments,
            within: .seconds(120)
        )
        guard ending.exitCode == 0 else {
            throw SupportError(
                "\(mainClass) ended with \(ending.exitCode): \(ending.text)\(ending.errorOutput)"
            )
        }
        return ending.text
    }

    private func javaArguments(_ temporaryFolder: String) -> [String] {
        [
            "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto",
            // Else it leaves a file in /tmp when it is killed.
            "-XX:-UsePerfData", "-Djava.io.tmpdir=\(temporaryFolder)",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", classPath,
        ]
    }
}
