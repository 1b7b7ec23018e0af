import CPostgres
import Glibc
package import SQL

/// One connection to a Postgres server, used by one thread at a time; every call blocks.
///
/// Only its `canceller` may be used from another thread meanwhile.
package final class PostgresConnection {
    private struct Text: Hashable {
        let text: String
        let types: [UInt32]
    }

    /// A statement that the server keeps.
    private final class Prepared {
        let name: String
        /// Known from its first answer on, after which it does not change.
        var shape: Shape?

        init(name: String) { self.name = name }
    }

    private struct Shape {
        let columns: Row.Columns
        let types: [UInt32]
    }

    private struct Begin {
        let sql: String
        /// Whether the transaction ends as soon as what it was begun for is answered.
        let endsToo: Bool
    }

    let settings: PostgresSettings
    /// Nil once closed.
    private(set) var handle: OpaquePointer?
    package let canceller: PostgresCanceller
    private var prepared: [Text: Prepared] = [:]
    private var lastName = 0
    /// Begins a transaction, together with the next statement.
    private var nextBegin: Begin?
    /// Whether the answer to the end of a transaction has not been taken yet.
    private var isEnding = false

    /// Connects, and fails once the connect time-out has passed.
    package init(_ settings: PostgresSettings) throws {
        self.settings = settings
        let connected = try Self.connect(settings)
        handle = connected
        canceller = PostgresCanceller(connected)
        cpostgres_silence(connected)
        do {
            // A connection that replicates knows no values beside the text.
            if settings.parameters["replication"] == nil {
                _ = try rows(settings.greeting)
            } else {
                _ = try simple(settings.greetingText)
            }
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
        isEnding = false
    }

    /// Whether the connection is gone and another one is needed.
    package var isBroken: Bool { handle.map { PQstatus($0) != CONNECTION_OK } ?? true }

    package var isInTransaction: Bool { handle.map { PQtransactionStatus($0) != PQTRANS_IDLE } ?? false }

    /// The server's version, as 150004 for 15.4.
    package var serverVersion: Int { handle.map { Int(PQserverVersion($0)) } ?? 0 }

    /// Runs a query and returns all of its rows.
    package func rows(_ query: Query) throws -> [Row] {
        let (result, statement) = try execute(query)
        return Self.rows(of: result, statement)
    }

    /// Runs queries that need nothing of one another, in one round trip once they are prepared.
    package func rows(_ queries: [Query]) throws -> [[Row]] {
        guard let limit = settings.preparedStatements, limit > 0 else {
            return try unprepared { try queries.map(rows) }
        }
        let handle = try opened()
        let begin = nextBegin.take()
        let calls = try queries.map { try call($0, limit: limit, on: handle) }
        return zip(try run(begin, calls, limit: limit, on: handle), calls).map { Self.rows(of: $0, $1.statement) }
    }

    private static func rows(of result: PostgresResult, _ statement: Prepared?) -> [Row] {
        let shape = statement?.shape ?? shape(of: result)
        statement?.shape = shape
        guard !shape.types.isEmpty else { return [] }
        return (0..<result.rowCount).map { row in
            let raw = PostgresRawRow(result: result.pointer, row: CInt(row), count: shape.types.count)
            return Row(
                columns: shape.columns,
                values: shape.types.indices.map { index in
                    raw[index].map { PostgresType.decode($0, as: shape.types[index]) } ?? .null
                })
        }
    }

    private static func shape(of result: PostgresResult) -> Shape {
        let columns = result.columns
        return Shape(columns: Row.Columns(columns.map(\.name)), types: columns.map(\.type))
    }

    /// Runs a statement and returns how many rows it changed.
    @discardableResult
    package func run(_ query: Query) throws -> Int { try execute(query).result.changed }

    /// Runs statements separated by `;`, as one transaction unless they say otherwise; rows are thrown away.
    package func execute(script: String) throws { _ = try simple(script) }

    /// Runs a text without values through the simple protocol; the last statement's result.
    func simple(_ text: String) throws -> PostgresResult {
        let handle = try opened()
        return try checked(PQexec(handle, text))
    }

    /// Begins a transaction with what is asked next, which saves a round trip.
    ///
    /// - Parameter endingToo: ends it in the same one.
    func begin(_ sql: String, endingToo: Bool = false) { nextBegin = Begin(sql: sql, endsToo: endingToo) }

    /// Ends a transaction that has only read: nothing that the server may answer would matter, so it is not waited for.
    func endRead() {
        if nextBegin.take() != nil { return }
        guard let handle else { return }
        isEnding = PQsendQuery(handle, "COMMIT") == 1
    }

    /// Takes the answer that `endRead` left. To be called before anything else is run.
    func settle() throws {
        nextBegin = nil
        guard isEnding else { return }
        isEnding = false
        let handle = try opened()
        while let result = PQgetResult(handle) { PQclear(result) }
        if isBroken { throw failure(nil) }
    }

    func opened() throws -> OpaquePointer {
        guard let handle else { throw DatabaseError(.unavailable, "The connection to the database was closed.") }
        return handle
    }

    /// A result that is no error; COPY must have been asked for by name.
    func checked(_ pointer: OpaquePointer?, copying: Bool = false) throws -> PostgresResult {
        guard let pointer else { throw failure(nil) }
        return try checked(PostgresResult(pointer), copying: copying)
    }

    private func checked(_ result: PostgresResult, copying: Bool = false) throws -> PostgresResult {
        switch PQresultStatus(result.pointer) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY, PGRES_SINGLE_TUPLE: return result
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
            if copying { return result }
            // The protocol is in the middle of a copy that nobody will feed.
            close()
            throw DatabaseError(.other, "COPY must be run through copyIn or copyOut.")
        default: throw failure(result.pointer)
        }
    }

    func failure(_ result: OpaquePointer?) -> DatabaseError { .postgres(result, on: handle) }

    private func execute(_ query: Query) throws -> (result: PostgresResult, statement: Prepared?) {
        let handle = try opened()
        guard let limit = settings.preparedStatements, limit > 0 else {
            let parameters = try PostgresParameters(query.values)
            let result = try unprepared {
                try checked(
                    parameters.with { PQexecParams(handle, query.text, $0, parameters.types, $1, $2, $3, 0) })
            }
            return (result, nil)
        }
        let begin = nextBegin.take()
        let call = try call(query, limit: limit, on: handle)
        guard begin == nil else { return (try run(begin, [call], limit: limit, on: handle)[0], call.statement) }
        return try forgettingStale {
            let name = call.statement.name
            return (
                try checked(call.parameters.with { PQexecPrepared(handle, name, $0, $1, $2, $3, 0) }), call.statement
            )
        }
    }

    /// Where the server keeps no statements there is no pipeline either.
    private func unprepared<Value>(_ body: () throws -> Value) throws -> Value {
        guard let begin = nextBegin.take() else { return try body() }
        _ = try simple(begin.sql)
        let value = try body()
        if begin.endsToo { _ = try simple("COMMIT") }
        return value
    }

    /// A statement that the server keeps, with what it is run with.
    private struct Call {
        let statement: Prepared
        let parameters: PostgresParameters
    }

    private func call(_ query: Query, limit: Int, on handle: OpaquePointer) throws -> Call {
        let parameters = try PostgresParameters(query.values)
        let text = Text(text: query.text, types: parameters.types)
        let statement = try prepared[text] ?? prepare(text, limit: limit, on: handle)
        return Call(statement: statement, parameters: parameters)
    }

    private func prepare(_ text: Text, limit: Int, on handle: OpaquePointer) throws -> Prepared {
        if prepared.count >= limit {
            prepared = [:]
            _ = try checked(PQexec(handle, "DEALLOCATE ALL"))
        }
        lastName += 1
        let statement = Prepared(name: "s\(lastName)")
        _ = try checked(PQprepare(handle, statement.name, text.text, CInt(clamping: text.types.count), text.types))
        prepared[text] = statement
        return statement
    }

    private func forgettingStale<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as DatabaseError where error.native == "0A000" || error.native == "26000" {
            // A migration changed what a statement answers, or somebody deallocated it.
            prepared = [:]
            throw DatabaseError(.conflict, error.message, native: error.native)
        }
    }

    /// Sends all at once, and waits for all answers. The first failure ends it.
    private func run(
        _ begin: Begin?, _ calls: [Call], limit: Int, on handle: OpaquePointer
    ) throws -> [PostgresResult] {
        let before = try begin.map { [try call(Query(trusted: $0.sql), limit: limit, on: handle)] } ?? []
        let after = try begin?.endsToo == true ? [call("COMMIT", limit: limit, on: handle)] : []
        let all = before + calls + after
        guard PQenterPipelineMode(handle) == 1 else { throw failure(nil) }
        var isSent = true
        for call in all where isSent {
            let name = call.statement.name
            isSent = call.parameters.with { PQsendQueryPrepared(handle, name, $0, $1, $2, $3, 0) } == 1
        }
        isSent = isSent && PQpipelineSync(handle) == 1
        let results = isSent ? pipelined(on: handle) : []
        guard results.count == all.count, !isBroken, PQexitPipelineMode(handle) == 1 else {
            let error = results.last.map { failure($0.pointer) } ?? failure(nil)
            // Where it has got to is unknown.
            close()
            throw error.code == .unavailable ? error : DatabaseError(.unavailable, error.message, native: error.native)
        }
        return try forgettingStale {
            for result in results { _ = try checked(result) }
            return Array(results.dropFirst(before.count).dropLast(after.count))
        }
    }

    /// The results up to the end of what was sent.
    private func pipelined(on handle: OpaquePointer) -> [PostgresResult] {
        var results: [PostgresResult] = []
        while true {
            // Nil comes between two results, and for good once the connection is broken.
            guard let pointer = PQgetResult(handle) else {
                if isBroken { return results }
                continue
            }
            let result = PostgresResult(pointer)
            if PQresultStatus(pointer) == PGRES_PIPELINE_SYNC { return results }
            results.append(result)
        }
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
