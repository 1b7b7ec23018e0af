package import Posix

/// How calls are made to addresses that users give (docs/decisions/0011-outgoing-calls.md).
package struct HTTPClientSettings: Sendable {
    /// How long a call may take in all. `SWIFTLET_CALLOUT_SECONDS`
    package var total = Duration.seconds(15)
    /// How long it may take to connect, TLS included. `SWIFTLET_CALLOUT_CONNECT_SECONDS`
    package var connect = Duration.seconds(5)
    /// How much of an answer's body is read.
    package var largestBody = 64 << 10
    /// Which addresses may be called. `SWIFTLET_CALLOUT_PUBLIC_ONLY`: true leaves out private ones and this machine.
    package var reach = AddressRule.Reach.anyButLinkLocal
    /// A file of certificates to trust in place of the system's. `SWIFTLET_CALLOUT_CA_FILE`
    package var authorities: String?
    /// A proxy that all calls go through. `SWIFTLET_CALLOUT_PROXY`; those of the environment are not looked at.
    package var proxy: String?

    package init() {}

    /// Reads the variables named above; one that makes no sense keeps its default.
    package init(environment: Environment) {
        func seconds(_ name: String, _ fallback: Duration) -> Duration {
            guard let number = environment[name].flatMap(Double.init), number > 0, number <= 600 else {
                return fallback
            }
            return .seconds(number)
        }
        func text(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        total = seconds("SWIFTLET_CALLOUT_SECONDS", total)
        connect = min(seconds("SWIFTLET_CALLOUT_CONNECT_SECONDS", connect), total)
        reach = environment["SWIFTLET_CALLOUT_PUBLIC_ONLY"]?.lowercased() == "true" ? .publicOnly : reach
        authorities = text("SWIFTLET_CALLOUT_CA_FILE") ?? text("SWIFTLET_AUTHORITIES_FILE")
        proxy = text("SWIFTLET_CALLOUT_PROXY")
    }
}
