internal import ArgumentParser
internal import Foundation
internal import HTTPServer
internal import Kafka
internal import OrderGateway

/// Serves against a broker that is there already.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Runs the gateway against a broker.",
        discussion: """
            EXAMPLE
              order-gateway serve --kafka-brokers localhost:9092 --http-host 0.0.0.0 \\
                --data-dir /var/lib/order-gateway --kafka-config security.protocol=ssl
            """
    )

    @OptionGroup(title: "HTTP and storage") var serving: ServingOptions
    @OptionGroup(title: "Events") var events: EventOptions
    @OptionGroup(title: "Shared") var shared: SharedOptions

    func run() async throws {
        try await Failure.reporting {
            var configuration = try await shared.load(serving.flags, events.flags)
            configuration.inheritedSocket = try InheritedSocket.find(
                in: ProcessInfo.processInfo.environment
            )
            let brokers = try configuration.requireKafkaBrokers()
            let logger = configuration.logger()
            try DescriptorLimit.raise()
            let kafka = configuration.client(brokers, "order-gateway")
            let gateway = try Gateway(
                configuration: configuration,
                dataDir: configuration.dataDir ?? GatewayConfiguration.Defaults.dataDir,
                broker: ExternalBroker(kafka),
                kafka: kafka,
                loopCount: ProcessInfo.processInfo.activeProcessorCount,
                logger: logger
            )
            try await ServiceRun.run(
                gateway.services,
                patience: configuration.shutdownTimeout,
                logger: logger
            )
            try gateway.close()
        }
    }
}
