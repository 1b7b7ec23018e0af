package import Posix

/// How long the engine holds, waits and looks. What is set is checked against the rest before anything runs.
package struct FlowSettings: Sendable, Hashable {
    /// How long a worker's hold on its runs lasts after a renewal, on the database's clock. `SWIFTLET_LEASE_SECONDS`
    package var lease: Duration = .seconds(30)
    /// How often the hold is renewed. `SWIFTLET_HEARTBEAT_SECONDS`
    package var heartbeat: Duration = .seconds(5)
    /// How long a run's processes may take to die once their deadline has passed. `SWIFTLET_GRACE_SECONDS`
    package var grace: Duration = .seconds(10)
    /// What is kept back for clocks that run unevenly and a scheduler that is late. `SWIFTLET_MARGIN_SECONDS`
    package var margin: Duration = .seconds(5)
    /// How often is looked for work where no notice came. `SWIFTLET_POLL_MILLISECONDS`
    package var poll: Duration = .seconds(1)
    /// How long a stopping worker lets short work finish before it asks for hand-over. `SWIFTLET_FINISH_SECONDS`
    package var finish: Duration = .seconds(1)
    /// How long a stopping worker waits in all before it cancels what is left. `SWIFTLET_STOP_SECONDS`
    package var stop: Duration = .seconds(7)

    /// How long a run that no worker knows is left waiting before it is parked. `SWIFTLET_UNSERVED_SECONDS`
    package var unserved: Duration = .seconds(60)

    package init() {}

    /// Reads the settings from the environment; what is not set keeps its default.
    package init(environment: Environment) throws {
        try read(&lease, "SWIFTLET_LEASE_SECONDS", unit: .seconds(1), environment)
        try read(&heartbeat, "SWIFTLET_HEARTBEAT_SECONDS", unit: .seconds(1), environment)
        try read(&grace, "SWIFTLET_GRACE_SECONDS", unit: .seconds(1), environment)
        try read(&margin, "SWIFTLET_MARGIN_SECONDS", unit: .seconds(1), environment)
        try read(&poll, "SWIFTLET_POLL_MILLISECONDS", unit: .milliseconds(1), environment)
        try read(&finish, "SWIFTLET_FINISH_SECONDS", unit: .seconds(1), environment)
        try read(&unserved, "SWIFTLET_UNSERVED_SECONDS", unit: .seconds(1), environment)
        try read(&stop, "SWIFTLET_STOP_SECONDS", unit: .seconds(1), environment)
        try validate()
    }

    /// How long after the sending of a renewal work may go on without another one.
    package var allowance: Duration { lease - grace - margin }

    /// Throws a sentence that names the setting at fault.
    package func validate() throws {
        func require(_ holds: Bool, _ sentence: String) throws {
            if !holds { throw FlowError(.badSetting, sentence) }
        }
        try require(heartbeat > .zero, "SWIFTLET_HEARTBEAT_SECONDS must be more than 0.")
        try require(unserved > .zero, "SWIFTLET_UNSERVED_SECONDS must be more than 0.")
        try require(poll > .zero, "SWIFTLET_POLL_MILLISECONDS must be more than 0.")
        try require(grace >= .zero && margin >= .zero, "The grace and the margin of a lease must not be negative.")
        try require(
            allowance >= heartbeat * 2,
            "SWIFTLET_LEASE_SECONDS less the grace and the margin leaves \(allowance) for work; it must leave two "
                + "heartbeats (\(heartbeat * 2)) at least. Raise the lease or lower SWIFTLET_HEARTBEAT_SECONDS.")
        try require(finish >= .zero && finish <= stop, "SWIFTLET_FINISH_SECONDS must not exceed SWIFTLET_STOP_SECONDS.")
    }

    private func read(
        _ setting: inout Duration, _ name: String, unit: Duration, _ environment: Environment
    ) throws {
        guard let text = environment[name], !text.isEmpty else { return }
        guard let number = Double(text), number.isFinite, number >= 0, number < 1_000_000_000 else {
            throw FlowError(.badSetting, "\(name) must be a number, not \"\(text.prefix(40))\".")
        }
        setting = unit * number
    }
}
