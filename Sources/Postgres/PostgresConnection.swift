import CPostgres
import Glibc
package import SQL

/// One connection to a Postgres server, used by one thread at a time; every call blocks.
///
/// Only its `canceller` may be used from another thread meanwhile.
package final class PostgresConnection {
    private struct Prepared: Hashable {
        let text: String
        let types: [UInt32]
    }

    let settings: PostgresSettings
    /// Nil once closed.
    private(set) var handle: OpaquePointer?
    package let canceller: PostgresCanceller
    private var prepared: [Prepared: String] = [:]
    private var lastName = 0

    /// Connects, and fails once the connect time-out has passed.
    package init(_ settings: PostgresSettings) throws {
        self.settings = settings
        let connected = try Self.connect(settings)
        handle = connected
        canceller = PostgresCanceller(connected)
        cpostgres_silence(connected)
        do {
            _ = try rows(settings.greeting)
        } catch {
            close()
            throw error
        }
    }

    deinit { close() }

    /// Ends the connection; what is used afterwards throws.
    package func close() {
        if let handle { PQfinish(handle) }
        handle = nil
        prepared = [:]
    }

    /// Whether the connection is gone and another one is needed.
    package var isBroken: Bool { handle.map { PQstatus($0) != CONNECTION_OK } ?? true }

    package var isInTransaction: Bool { handle.map { PQtransactionStatus($0) != PQTRANS_IDLE } ?? false }

    /// The server's version, as 150004 for 15.4.
    package var serverVersion: Int { handle.map { Int(PQserverVersion($0)) } ?? 0 }

    /// Runs a query and returns all of its rows.
    package func rows(_ query: Query) throws -> [Row] {
        let result = try execute(query)
        let fields = result.columns
        guard !fields.isEmpty else { return [] }
        let columns = Row.Columns(fields.map(\.name))
        return (0..<result.rowCount).map { row in
            let raw = PostgresRawRow(result: result.pointer, row: CInt(row), count: fields.count)
            return Row(
                columns: columns,
                values: fields.indices.map { index in
                    raw[index].map { PostgresType.decode($0, as: fields[index].type) } ?? .null
                })
        }
    }

    /// Runs a statement and returns how many rows it changed.
    @discardableResult
    package func run(_ query: Query) throws -> Int { try execute(query).changed }

    /// Runs statements separated by `;`, as one transaction unless they say otherwise; rows are thrown away.
    package func execute(script: String) throws { _ = try simple(script) }

    /// Runs a text without values through the simple protocol; the last statement's result.
    func simple(_ text: String) throws -> PostgresResult {
        let handle = try opened()
        return try checked(PQexec(handle, text))
    }

    func opened() throws -> OpaquePointer {
        guard let handle else { throw DatabaseError(.unavailable, "The connection to the database was closed.") }
        return handle
    }

    /// A result that is no error; COPY must have been asked for by name.
    func checked(_ pointer: OpaquePointer?, copying: Bool = false) throws -> PostgresResult {
        guard let pointer else { throw failure(nil) }
        let result = PostgresResult(pointer)
        switch PQresultStatus(pointer) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY, PGRES_SINGLE_TUPLE: return result
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
            if copying { return result }
            // The protocol is in the middle of a copy that nobody will feed.
            close()
            throw DatabaseError(.other, "COPY must be run through copyIn or copyOut.")
        default: throw failure(pointer)
        }
    }

    func failure(_ result: OpaquePointer?) -> DatabaseError { .postgres(result, on: handle) }

    private func execute(_ query: Query) throws -> PostgresResult {
        let handle = try opened()
        let parameters = try PostgresParameters(query.values)
        guard let limit = settings.preparedStatements, limit > 0 else {
            return try checked(
                parameters.with { PQexecParams(handle, query.text, $0, parameters.types, $1, $2, $3, 0) })
        }
        let key = Prepared(text: query.text, types: parameters.types)
        let known = prepared[key]
        let name = try known ?? prepare(key, limit: limit, on: handle)
        do {
            return try checked(parameters.with { PQexecPrepared(handle, name, $0, $1, $2, $3, 0) })
        } catch let error as DatabaseError where known != nil && (error.native == "0A000" || error.native == "26000") {
            // A migration changed what the statement answers, or somebody deallocated it.
            prepared = [:]
            throw DatabaseError(.conflict, error.message, native: error.native)
        }
    }

    private func prepare(_ key: Prepared, limit: Int, on handle: OpaquePointer) throws -> String {
        if prepared.count >= limit {
            prepared = [:]
            _ = try checked(PQexec(handle, "DEALLOCATE ALL"))
        }
        lastName += 1
        let name = "s\(lastName)"
        _ = try checked(PQprepare(handle, name, key.text, CInt(clamping: key.types.count), key.types))
        prepared[key] = name
        return name
    }

    /// Connects step by step, which unlike libpq's blocking call keeps to the time-out and shows the SQLSTATE.
    private static func connect(_ settings: PostgresSettings) throws -> OpaquePointer {
        let keywords = settings.keywords
        let strings = keywords.flatMap { pair in [strdup(pair.0), strdup(pair.1)] }
        defer { for string in strings { free(string) } }
        var names = stride(from: 0, to: strings.count, by: 2).map { UnsafePointer<CChar>(strings[$0]) }
        var values = stride(from: 1, to: strings.count, by: 2).map { UnsafePointer<CChar>(strings[$0]) }
        names.append(nil)
        values.append(nil)
        guard let handle = PQconnectStartParams(names, values, 0) else {
            throw DatabaseError(.unavailable, "There is no memory for a connection to the database.")
        }
        PQsetErrorVerbosity(handle, PQERRORS_VERBOSE)
        let deadline = ContinuousClock.now + settings.connectTimeout
        var state = PQstatus(handle) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING
        while state != PGRES_POLLING_OK {
            guard state == PGRES_POLLING_READING || state == PGRES_POLLING_WRITING else {
                defer { PQfinish(handle) }
                throw DatabaseError.connecting(String(cString: PQerrorMessage(handle)), to: settings)
            }
            let events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT
            var wanted = pollfd(fd: PQsocket(handle), events: Int16(events), revents: 0)
            let left = deadline - .now
            guard left > .zero else {
                PQfinish(handle)
                throw DatabaseError(
                    .unavailable, "No connection to the \(settings): it did not answer in time.")
            }
            if poll(&wanted, 1, CInt(clamping: left.milliseconds)) > 0 { state = PQconnectPoll(handle) }
        }
        PQsetErrorVerbosity(handle, PQERRORS_DEFAULT)
        return handle
    }
}
