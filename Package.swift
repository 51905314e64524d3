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
    targets: [
        .systemLibrary(name: "CLinux"),
        .systemLibrary(
            name: "CRdkafka",
            pkgConfig: "rdkafka",
            providers: [.apt(["librdkafka-dev"])]
        ),
        .target(name: "Kafka", dependencies: ["CRdkafka"], swiftSettings: settings),
        .target(
            name: "Orders",
            resources: [.embedInCode("Schemas")],
            swiftSettings: settings
        ),
        .target(
            name: "TestSupport",
            dependencies: ["CLinux"],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        .testTarget(
            name: "KafkaTests",
            dependencies: ["CRdkafka", "Kafka", "TestSupport"],
            exclude: ["Python/read.py"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "OrdersTests",
            dependencies: ["Orders", "TestSupport"],
            swiftSettings: settings
        ),
    ]
)
