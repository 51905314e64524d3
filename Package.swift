// swift-tools-version: 6.2

import PackageDescription

// Every target of ours is held to these; `make build` adds
// --explicit-target-dependency-import-check error, which enforces the walls between modules.
let settings: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

// The commit that is built: `make` sets it, and Deploy/Dockerfile takes it as an argument. It does not
// come from `Context.gitInformation`: SwiftPM caches what a manifest evaluates to until the manifest or
// the environment changes, and so would show the commit of an earlier build.
let commit = (Context.environment["ORDER_GATEWAY_COMMIT"] ?? "")
    .filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }

let package = Package(
    name: "order-gateway",
    targets: [
        .target(name: "CBuild", cSettings: [.define("BUILD_COMMIT", to: "\"\(commit)\"")]),
        .systemLibrary(name: "CLinux"),
        .systemLibrary(
            name: "CCurl",
            pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"])]
        ),
        .systemLibrary(
            name: "CNghttp2",
            pkgConfig: "libnghttp2",
            providers: [.apt(["libnghttp2-dev"])]
        ),
        .systemLibrary(
            name: "CRdkafka",
            pkgConfig: "rdkafka",
            providers: [.apt(["librdkafka-dev"])]
        ),
        .systemLibrary(
            name: "CSQLite",
            pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"])]
        ),
        .systemLibrary(
            name: "CZlib",
            pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"])]
        ),
        .target(
            name: "Text",
            dependencies: ["CLinux"],
            swiftSettings: settings
        ),
        .target(
            name: "Transport",
            dependencies: ["CLinux"],
            swiftSettings: settings
        ),
        .target(
            name: "HTTPServer",
            dependencies: ["CNghttp2", "CZlib", "Transport"],
            swiftSettings: settings
        ),
        .target(
            name: "HTTPClient",
            dependencies: ["CCurl"],
            swiftSettings: settings
        ),
        .target(
            name: "Kafka",
            dependencies: ["CLinux", "CRdkafka"],
            swiftSettings: settings
        ),
        .target(
            name: "Orders",
            dependencies: ["Text"],
            resources: [.embedInCode("Schemas")],
            swiftSettings: settings
        ),
        .target(
            name: "ReadModel",
            dependencies: ["Orders", "Text"],
            swiftSettings: settings
        ),
        .target(
            name: "SQLiteStore",
            dependencies: ["CSQLite", "Orders", "ReadModel", "Text"],
            swiftSettings: settings
        ),
        .target(
            name: "Telemetry",
            dependencies: ["CLinux", "Text"],
            swiftSettings: settings
        ),
        .target(
            name: "OrderAPI",
            dependencies: ["HTTPServer", "Orders", "Telemetry", "Text", "Transport"],
            resources: [
                .embedInCode("../../openapi.yaml"), .embedInCode("../../openapi.json"),
                .embedInCode("Page/Document"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "OrderStreams",
            dependencies: ["Kafka", "Orders", "ReadModel", "Telemetry", "Text"],
            swiftSettings: settings
        ),
        .target(
            name: "Development",
            dependencies: ["CRdkafka", "Kafka", "Orders", "OrderStreams", "Telemetry", "Text"],
            swiftSettings: settings
        ),
        .target(
            name: "OrderGateway",
            dependencies: [
                "CBuild", "CLinux", "Development", "HTTPClient", "HTTPServer", "Kafka", "OrderAPI",
                "Orders", "OrderStreams", "ReadModel", "SQLiteStore", "Telemetry", "Text",
                "Transport",
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "order-gateway",
            dependencies: [
                "Development", "HTTPClient", "HTTPServer", "Kafka", "OrderGateway", "Orders",
                "OrderStreams",
                "ReadModel", "SQLiteStore", "Telemetry", "Text", "Transport",
            ],
            swiftSettings: settings
        ),
        .target(
            name: "TestSupport",
            dependencies: ["CLinux", "CNghttp2", "CZlib", "Telemetry", "Text"],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        .target(
            name: "FuzzTargets",
            dependencies: ["HTTPServer", "OrderAPI", "Orders", "Text", "Transport"],
            path: "Tests/FuzzTargets",
            swiftSettings: settings
        ),
        .testTarget(
            name: "FuzzTests",
            dependencies: ["FuzzTargets"],
            exclude: ["Corpus"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "TextTests",
            dependencies: ["TestSupport", "Text"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "TransportTests",
            dependencies: ["TestSupport", "Transport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "HTTPServerTests",
            dependencies: ["HTTPServer", "TestSupport", "Transport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "HTTPClientTests",
            dependencies: ["HTTPClient", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "KafkaTests",
            dependencies: ["CRdkafka", "Development", "Kafka", "TestSupport"],
            exclude: ["Python/read.py"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "OrdersTests",
            dependencies: ["Orders", "TestSupport", "Text"],
            swiftSettings: settings
        ),
        .target(
            name: "ReadModelTestSupport",
            dependencies: ["Orders", "ReadModel", "TestSupport", "Text"],
            path: "Tests/ReadModelTestSupport",
            swiftSettings: settings
        ),
        .testTarget(
            name: "ReadModelTests",
            dependencies: ["Orders", "ReadModel", "ReadModelTestSupport", "TestSupport", "Text"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SQLiteStoreTests",
            dependencies: [
                "CLinux", "CSQLite", "Orders", "ReadModel", "ReadModelTestSupport", "SQLiteStore",
                "TestSupport", "Text",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "TelemetryTests",
            dependencies: ["Telemetry", "TestSupport", "Text"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "OrderAPITests",
            dependencies: [
                "HTTPServer", "Kafka", "OrderAPI", "OrderGateway", "Orders", "OrderStreams",
                "ReadModel", "ReadModelTestSupport", "Telemetry", "TestSupport", "Text",
                "Transport",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "OrderStreamsTests",
            dependencies: [
                "CRdkafka", "Development", "Kafka", "Orders", "OrderStreams", "ReadModel",
                "ReadModelTestSupport", "SQLiteStore", "Telemetry", "TestSupport", "Text",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "DevelopmentTests",
            dependencies: ["CRdkafka", "Development", "Kafka", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "OrderGatewayTests",
            dependencies: [
                "Development", "HTTPServer", "Kafka", "OrderAPI", "OrderGateway", "Orders",
                "OrderStreams", "ReadModel", "SQLiteStore", "Telemetry", "TestSupport", "Text",
                "Transport",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "order-gatewayTests",
            dependencies: [
                "Kafka", "order-gateway", "OrderGateway", "Orders", "OrderStreams", "TestSupport",
                "Text",
            ],
            exclude: [
                "Events/asyncapi.py", "Events/services.py", "Serve/ApacheKafka/transaction.py",
                "Events/validate.py",
                "HTTP/Clients.java", "HTTP/clients.py", "HTTP/streams.py", "HTTP/upload.py",
                "Metrics/parse.py", "Tools/group.py", "Tools/terminal.py", "Tracing/order.py",
                "Page/Browser",
            ],
            swiftSettings: settings
        ),
    ]
)

// libFuzzer brings a main function of its own, so this links only with its flags: `make fuzz`.
if Context.environment["FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "fuzz",
            dependencies: ["FuzzTargets"],
            path: "Tests/Fuzz",
            swiftSettings: settings
        )
    )
}

// Reaches into the modules, so it is built with -enable-testing: `make micro`.
if Context.environment["MICRO"] != nil {
    package.targets += [
        .target(name: "Allocations", path: "Benchmarks/Allocations"),
        .target(name: "Instructions", path: "Benchmarks/Instructions"),
        .executableTarget(
            name: "micro-benchmarks",
            dependencies: [
                "Allocations", "Instructions", "OrderGateway", "HTTPServer", "Kafka", "OrderAPI",
                "OrderStreams", "Orders", "ReadModel", "SQLiteStore", "Telemetry", "Text",
                "Transport",
            ],
            path: "Benchmarks/Micro",
            swiftSettings: settings
        ),
    ]
}
