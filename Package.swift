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

let package = Package(
    name: "order-gateway",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CLinux"),
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
        .target(
            name: "HTTPServer",
            dependencies: [
                "CLinux", "CNghttp2",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "HeapModule", package: "swift-collections"),
            ],
            swiftSettings: settings
        ),
        .target(name: "Kafka", dependencies: ["CRdkafka"], swiftSettings: settings),
        .target(
            name: "Orders",
            resources: [.embedInCode("Schemas")],
            swiftSettings: settings
        ),
        .target(
            name: "ReadModel",
            dependencies: [
                "Orders",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "OrderGateway",
            dependencies: [
                "CLinux", "HTTPServer", "Kafka", "Orders", "ReadModel",
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            resources: [.embedInCode("../../openapi.yaml")],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "order-gateway",
            dependencies: [
                "HTTPServer", "Kafka", "OrderGateway", "Orders", "ReadModel",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "TestSupport",
            dependencies: ["CLinux"],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        .target(
            name: "FuzzTargets",
            dependencies: [
                "HTTPServer", "OrderGateway", "Orders",
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
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
            name: "HTTPServerTests",
            dependencies: [
                "CNghttp2", "HTTPServer", "TestSupport",
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "KafkaTests",
            dependencies: ["CRdkafka", "Kafka", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "OrdersTests",
            dependencies: ["Orders", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ReadModelTests",
            dependencies: ["ReadModel", "Orders", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "OrderGatewayTests",
            dependencies: [
                "HTTPServer", "Kafka", "OrderGateway", "Orders", "ReadModel", "TestSupport",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "order-gatewayTests",
            dependencies: ["order-gateway", "TestSupport"],
            exclude: ["Events/validate.py", "HTTP/Clients.java", "HTTP/clients.py"],
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
                "Allocations", "HTTPServer", "Instructions", "Kafka", "OrderGateway", "Orders",
                "ReadModel",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Benchmarks/Micro",
            swiftSettings: settings
        ),
    ]
}
