import JSON
import Posix
import TestKit
import Testing

/// One connection whose numbers never end, synced again and again.
struct SyncSeries: Sendable {
    static let page = 50
    static let batch = 200

    enum Warehouse: Sendable {
        case sqlite(path: String)
        case postgres(url: String)
    }

    let source: NumberSource
    let warehouse: Warehouse
    private let fleet: StormFleet
    private let connection: JSON

    /// - `warehouses`: a server for those whose number is even; the others write into files.
    init(_ number: Int, _ fleet: StormFleet, warehouses: ThrowawayPostgres) async throws {
        self.fleet = fleet
        let api = try await fleet.api
        let directory = fleet.installation.directory
        source = try NumberSource(in: directory)
        let destination: JSON
        if number.isMultiple(of: 2) {
            let url = try await warehouses.freshDatabase()
            warehouse = .postgres(url: url)
            destination = try await api.destination(
                "swiftlet/destination-postgres", warehouses.connectorConfiguration(url))
        } else {
            let path = "\(directory)/warehouse-\(number).db"
            warehouse = .sqlite(path: path)
            destination = try await api.destination("swiftlet/destination-sqlite", ["destination_path": .string(path)])
        }
        connection = try await api.connection(
            from: api.source(
                "exec:source-numbers",
                source.configuration(records: 1 << 40, page: Self.page, isGated: false, batch: Self.batch)),
            to: destination, "incremental", number % 4 >= 2 ? "append_dedup" : "append")
    }

    /// Syncs once, whatever happens to the server meanwhile.
    func sync() async throws {
        let job = try await order()
        while true {
            let status = try await ask("jobs/get_without_logs", ["id": job])["job"]?["status"]?.stringValue ?? ""
            if ["succeeded", "failed", "cancelled"].contains(status) { return }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// The job's id. Where the answer to an order was lost, the job is there already.
    private func order() async throws -> JSON {
        while true {
            let answer = try? await fleet.api.post("connections/sync", ["connectionId": connection])
            if answer?.status == 200, let id = answer?["job"]?["id"] { return id }
            if answer?.status == 409 {
                let jobs = try await ask("jobs/list", ["configTypes": ["sync"], "configId": connection])
                if let id = jobs["jobs"]?[0]?["job"]?["id"] { return id }
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Asks until somebody answers.
    private func ask(_ operation: String, _ body: JSON) async throws -> JSON {
        while true {
            if let answer = try? await fleet.api.ask(operation, body) { return answer }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// No number is lost, none is there twice, and no two readings were alive at once.
    func expectWhole() async throws {
        let saved = try await fleet.api.lastSaved(connection)
        let table =
            switch warehouse {
            case .sqlite(let path): try await NumberTable.sqlite(path)
            case .postgres(let url): try await NumberTable.postgres(url)
            }
        #expect(saved > 0 && saved.isMultiple(of: Self.batch))
        #expect(table == .complete(saved), "\(table), \(saved) are saved")
        let readings = source.readings
        for (before, next) in zip(readings, readings.dropFirst()) {
            // What a reading sent last may not be in its journal if it was killed.
            let sent = before.isDone ? before.sent : before.sent + Self.page
            #expect(next.from >= before.from, "a state went backwards: \(before), then \(next)")
            #expect(next.from <= sent, "records were passed over: \(before), then \(next)")
        }
        #expect(readings.allSatisfy { $0.alive.isEmpty }, "two readings were alive at once")
    }
}
