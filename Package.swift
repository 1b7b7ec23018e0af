// swift-tools-version: 6.2
// The table of contents: settings, C bindings, libraries in the order they may import one another, programs, tests.
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

func library(_ name: String, _ needs: [Target.Dependency] = [], path: String? = nil) -> Target {
    .target(name: name, dependencies: needs, path: path ?? "Sources/\(name)", swiftSettings: strict)
}

func program(_ name: String, _ needs: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: needs, path: "Sources/\(name)", swiftSettings: strict)
}

func tests(_ name: String, _ needs: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: needs, swiftSettings: strict)
}

/// A Debian C library, found by pkg-config.
func binding(_ name: String, _ pkgConfig: String, apt: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt])])
}

let package = Package(
    name: "swiftlet",
    products: [
        .executable(name: "swiftlet", targets: ["CLI"]),
        .executable(name: "swiftlet-server", targets: ["Server"]),
        .executable(name: "swiftlet-worker", targets: ["Worker"]),
        .executable(name: "swiftlet-bootloader", targets: ["Bootloader"]),
        .executable(name: "swiftlet-cron", targets: ["Cron"]),
        .executable(name: "swiftlet-connector", targets: ["Connector"]),
    ],
    targets: [
        // C bindings
        binding("CPostgres", "libpq", apt: "libpq-dev"),
        binding("CSQLite", "sqlite3", apt: "libsqlite3-dev"),
        binding("CMicroHTTPD", "libmicrohttpd", apt: "libmicrohttpd-dev"),
        binding("CCrypto", "libcrypto", apt: "libssl-dev"),
        binding("CArgon2", "libargon2", apt: "libargon2-dev"),
        binding("CJWT", "libjwt", apt: "libjwt-dev"),
        binding("CCurl", "libcurl", apt: "libcurl4-openssl-dev"),
        binding("CZ", "zlib", apt: "zlib1g-dev"),
        .target(name: "CPosix", path: "Sources/CPosix"),
        .target(name: "CScan", path: "Sources/CScan"),
        .target(
            name: "CJSONSchema", path: "Sources/CJSONSchema", linkerSettings: [.linkedLibrary("pcre2-8")]),

        // Libraries, each may import only those above it
        library("JSON"),
        library("JSONSchema", ["CJSONSchema", "JSON"]),
        library("Time"),
        library("Log", ["JSON", "Time"]),
        library("Metrics"),
        library("Posix", ["CPosix", "Time"]),
        library("Service", ["Posix", "Log"]),
        library("Crypto", ["CCrypto", "CArgon2", "CJWT", "Posix", "JSON", "Time"]),
        library("HTTPClient", ["CCurl", "Posix", "Time"]),
        library("SQL", ["Posix", "Time", "JSON"]),
        library("Postgres", ["SQL", "JSON", "Posix", "CPostgres", "Time"]),
        library("SQLite", ["SQL", "Posix", "CSQLite", "Time"]),
        library("Schema", ["SQL", "Crypto"]),
        library("Flow", ["SQL", "JSON", "Time", "Log", "Posix", "Service"]),
        library("Schedule", ["Time", "Posix"]),
        library("Airbyte", ["CScan", "JSON", "Time"]),
        library("Mapping", ["Airbyte", "Crypto", "CScan", "JSON"]),
        library("Model", ["Airbyte", "JSON", "Time", "Posix", "Schedule"]),
        library("SchemaChanges", ["Model", "Airbyte", "JSON"]),
        library("Store", ["Model", "Airbyte", "Schedule", "SQL", "JSON", "Time", "Posix", "Crypto", "CZ"]),
        library("Notifications", ["Model", "Airbyte", "Crypto", "JSON", "Time", "Posix"]),
        library("Secrets", ["Crypto", "Store", "Model", "Airbyte", "SQL", "JSON", "Posix"]),
        library("Access", ["Crypto", "Store", "Model", "SQL", "JSON", "Time", "Posix"]),
        library("Launcher", ["Airbyte", "Posix", "CPosix", "JSON", "Time", "Log"]),
        library("Replication", ["Launcher", "Mapping", "Crypto", "Airbyte", "Posix", "CPosix", "JSON", "Time", "Log"]),
        library(
            "Sync",
            [
                "Flow", "Store", "Model", "Notifications", "HTTPClient", "Secrets", "Replication", "Launcher",
                "Schedule", "SchemaChanges", "Mapping",
                "Airbyte", "SQL", "JSON", "Time", "Log", "Posix", "Service",
            ]),
        library("HTTP", ["CMicroHTTPD", "CZ", "JSON", "Log", "Posix", "Service", "Time"]),
        library(
            "API",
            [
                "Access", "HTTP", "HTTPClient", "Sync", "Flow", "Metrics", "Store", "Model", "Notifications", "Secrets",
                "SchemaChanges", "Mapping", "Airbyte", "JSONSchema",
                "SQL", "JSON", "Time", "Log", "Posix", "Schedule",
            ]),
        library("ConnectorKit", ["Airbyte", "JSON", "Time", "Posix", "SQL", "Crypto"]),
        library(
            "DestinationSQLite", ["ConnectorKit", "SQLite", "SQL", "Airbyte", "JSON", "Time"],
            path: "Sources/Connectors/DestinationSQLite"),
        library(
            "DestinationPostgres", ["ConnectorKit", "Postgres", "SQL", "Airbyte", "JSON", "Time"],
            path: "Sources/Connectors/DestinationPostgres"),
        library(
            "SourcePostgres", ["ConnectorKit", "Postgres", "SQL", "Airbyte", "JSON", "Time", "Posix"],
            path: "Sources/Connectors/SourcePostgres"),
        library(
            "SourceSQLite", ["ConnectorKit", "SQLite", "SQL", "Airbyte", "JSON"],
            path: "Sources/Connectors/SourceSQLite"),
        library(
            "SourceFaker", ["ConnectorKit", "Airbyte", "JSON", "Time"], path: "Sources/Connectors/SourceFaker"),
        library(
            "DestinationDevNull", ["ConnectorKit", "Airbyte", "JSON"],
            path: "Sources/Connectors/DestinationDevNull"),
        library(
            "Assembly",
            [
                "API", "HTTP", "HTTPClient", "Notifications", "Sync", "Replication", "Launcher", "Access", "Secrets",
                "Store", "Model", "Flow", "Schema",
                "SQLite", "Schedule",
                "Postgres", "SQL", "Crypto", "Service", "Posix", "Log", "Time", "JSON", "Airbyte", "ConnectorKit",
                "DestinationSQLite", "DestinationPostgres", "SourcePostgres", "SourceSQLite", "SourceFaker",
                "DestinationDevNull",
            ]),

        library("SocketProxy", ["JSON", "Log", "Posix"]),
        library(
            "Programs",
            ["SocketProxy", "Assembly", "HTTP", "HTTPClient", "Service", "Crypto", "Posix", "Log", "JSON"]),

        // Programs: wiring only
        program("CLI", ["Programs", "Assembly", "Posix"]),
        program("Server", ["Programs", "Assembly"]),
        program("Worker", ["Programs", "Assembly"]),
        program("Bootloader", ["Programs", "Assembly"]),
        program("Cron", ["Programs", "Assembly"]),
        program(
            "Connector",
            [
                "ConnectorKit", "DestinationSQLite", "DestinationPostgres", "SourcePostgres", "SourceSQLite",
                "SourceFaker", "DestinationDevNull", "Posix",
            ]),

        // What is measured
        .executableTarget(
            name: "FlowBench",
            dependencies: [
                "Flow", "Service", "Schema", "Postgres", "SQLite", "SQL", "JSON", "Posix", "Log",
            ],
            path: "Benchmarks/FlowBench", swiftSettings: strict),

        // Tests
        .target(
            name: "TestKit",
            dependencies: ["HTTP", "SQL", "Postgres", "SQLite", "Schema", "Posix", "JSON", "Time", "Log"],
            path: "Tests/TestKit", swiftSettings: strict),
        tests("ArchitectureTests", ["TestKit", "JSON", "Posix"]),
        tests("JSONTests", ["JSON"]),
        tests("JSONSchemaTests", ["JSONSchema", "TestKit", "JSON", "Posix"]),
        tests("TimeTests", ["Time"]),
        tests("MetricsTests", ["Metrics"]),
        tests("PosixTests", ["Posix", "TestKit"]),
        tests("CryptoTests", ["Crypto", "JSON", "Time", "Posix"]),
        tests("ConformanceTests", ["TestKit", "SQL", "Postgres", "SQLite", "Schema", "Posix", "Time"]),
        tests("FlowTests", ["Flow", "Service", "TestKit", "SQL", "Schema", "JSON", "Time", "Posix", "Log"]),
        .executableTarget(
            name: "FlowSimulator",
            dependencies: ["Flow", "Service", "SQL", "SQLite", "Schema", "JSON", "Time", "Posix", "Log"],
            path: "Tests/Fixtures/FlowSimulator", swiftSettings: strict),
        tests("FlowSimulationTests", ["FlowSimulator", "TestKit", "Posix"]),
        tests("ScheduleTests", ["Schedule", "Time", "Posix"]),
        tests("AirbyteTests", ["Airbyte", "CScan", "TestKit", "JSON", "Posix"]),
        tests("MappingTests", ["Mapping", "TestKit", "Airbyte", "Crypto", "CCrypto", "JSON"]),
        tests("SchemaChangesTests", ["SchemaChanges", "TestKit", "Model", "Airbyte", "JSON"]),
        tests(
            "StoreTests",
            [
                "Store", "Secrets", "Model", "Airbyte", "Schedule", "Schema", "TestKit", "SQL", "JSON", "Time",
                "Crypto", "Posix",
            ]),
        tests(
            "AccessTests", ["Access", "Store", "Model", "Crypto", "Schema", "TestKit", "SQL", "JSON", "Time", "Posix"]),
        .executableTarget(
            name: "AttemptFixture", dependencies: ["Launcher", "Posix"], path: "Tests/Fixtures/AttemptFixture",
            swiftSettings: strict),
        tests("LauncherTests", ["AttemptFixture", "Launcher", "Airbyte", "TestKit", "Posix", "JSON", "Time", "Log"]),
        .executableTarget(
            name: "ReplicationFixture", dependencies: ["Replication"], path: "Tests/Fixtures/ReplicationFixture",
            swiftSettings: strict),
        tests(
            "ReplicationTests",
            [
                "ReplicationFixture", "Replication", "Mapping", "Launcher", "Airbyte", "TestKit", "Posix", "JSON",
                "Time",
                "Log",
            ]),
        tests(
            "SyncTests",
            [
                "Sync", "Flow", "Model", "Notifications", "HTTPClient", "HTTP", "Store", "Schema", "SchemaChanges",
                "Schedule", "Secrets", "Crypto", "Launcher", "Service", "SQL", "Airbyte", "TestKit", "JSON", "Time",
                "Log",
                "Posix",
            ]),
        tests("SocketProxyTests", ["SocketProxy", "JSON", "Log", "Posix"]),
        tests("HTTPClientTests", ["HTTPClient", "HTTP", "TestKit", "Posix", "Time"]),
        tests("NotificationsTests", ["Notifications", "TestKit", "Model", "Airbyte", "JSON", "Posix", "Time"]),
        tests("HTTPTests", ["HTTP", "CZ", "JSON", "TestKit", "Posix", "Log"]),
        tests(
            "APITests",
            [
                "API", "Access", "HTTP", "HTTPClient", "Sync", "Flow", "Store", "Secrets", "Crypto", "Model", "Airbyte",
                "SQL",
                "Schema", "SchemaChanges", "JSON", "TestKit", "Posix", "Log", "Time",
            ]),
        .executableTarget(
            name: "ExampleConnector", dependencies: ["ConnectorKit", "Airbyte", "JSON", "Posix"],
            path: "Tests/Fixtures/ExampleConnector", swiftSettings: strict),
        tests(
            "ConnectorTests",
            [
                "ExampleConnector",
                "ConnectorKit", "DestinationSQLite", "DestinationPostgres", "SourcePostgres", "SourceSQLite",
                "SourceFaker", "DestinationDevNull", "Airbyte", "Postgres", "SQLite",
                "SQL", "JSON", "TestKit", "Posix", "Time",
            ]),
        tests("ProgramTests", ["HTTP", "Crypto", "TestKit", "Postgres", "SQLite", "SQL", "JSON", "Posix", "Time"]),
        tests(
            "FuzzTests", ["Replication", "Launcher", "Airbyte", "TestKit", "JSON", "Posix"]),
        tests("RealConnectorTests", ["TestKit", "SQLite", "SQL", "JSON", "Posix"]),
        tests("ClientTests", ["TestKit", "JSON", "Posix"]),
        tests(
            "ChaosTests",
            [
                "Flow", "Service", "Schema", "TestKit", "Postgres", "SQLite", "SQL", "JSON", "Posix", "Log", "Time",
            ]),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)

// With targets named here they and what they need are all there is: so scripts/sanitize.sh builds no more than it runs, and
// the image needs no tests to be built.
if let targets = Context.environment["SWIFTLET_ONLY_TARGETS"]?.split(separator: ",").map(String.init) {
    var needed: Set<String> = []
    func need(_ name: String) {
        guard needed.insert(name).inserted else { return }
        for case .byNameItem(let name, _) in package.targets.first(where: { $0.name == name })?.dependencies ?? [] {
            need(name)
        }
    }
    targets.forEach(need)
    package.products.removeAll { !(($0 as? Product.Executable)?.targets.allSatisfy(needed.contains) ?? false) }
    package.targets.removeAll { !needed.contains($0.name) }
}
