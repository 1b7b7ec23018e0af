import Airbyte
import ConnectorKit
import JSON
import Postgres
import SQL

/// Turns the changes of one stream into records.
///
/// A record holds what a copy of the row would hold. What the log does not tell, because a large value was not touched
/// or the column was added later, is looked up in the table by the row's key; what must be turned into JSON by the
/// server goes to it in batches. Until such a record is finished, those behind it wait.
final class TableChanges {
    let captured: CapturedTable
    let stream: StreamDescriptor
    var state: StreamCapture
    /// Whether the table has been copied, in part at least.
    var isBegun: Bool
    let columns: [SourceColumn]
    private let output: StreamOutput
    private let keys: [[UInt8]]
    private let head = Array(#"{"\#(CaptureField.lsn)":"#.utf8)
    private var waiting: WaitingRecords
    /// The last transaction asked about, and whether the copy holds it.
    private var judged: (serial: Int, isHeld: Bool) = (-1, false)

    init(
        _ captured: CapturedTable, _ stream: ConfiguredStream, _ state: StreamCapture?, _ output: StreamOutput,
        _ connection: PostgresConnection
    ) {
        self.captured = captured
        self.stream = stream.descriptor
        self.state =
            state
            ?? StreamCapture(table: captured.published.id, visibility: nil, floor: PostgresLSN(0), copy: nil)
        isBegun = state != nil
        self.output = output
        let columns = captured.table.selected(by: stream)
        self.columns = columns
        keys = columns.map { Array(",\(JSON.string($0.name).text):".utf8) }
        waiting = WaitingRecords(captured, columns, connection)
    }

    var isCopied: Bool { isBegun && state.copy == nil }

    /// Whether the copy of the table holds what the transaction did, or will hold it.
    func holds(_ transaction: Transaction) -> Bool {
        guard isBegun else { return true }
        guard let visibility = state.visibility, transaction.commit < state.floor else { return false }
        if judged.serial != transaction.serial { judged = (transaction.serial, visibility.holds(transaction.id)) }
        return judged.isHeld
    }

    /// A place for the next record that is greater than those of the copy and of all earlier changes of the same row:
    /// a transaction may have changed it before the copy was made and have committed later.
    func place(_ lsn: PostgresLSN) -> PostgresLSN {
        if lsn <= state.floor { state.floor = PostgresLSN(state.floor.value + 1) } else { return lsn }
        return state.floor
    }

    /// Sends the row as it stands now. `old` fills in what the new row leaves out.
    func send(_ row: ChangedRow, old: ChangedRow, _ map: ColumnMap, at lsn: PostgresLSN, _ transaction: Transaction)
        throws
    {
        guard waiting.isEmpty, map.isDirect, isWhole(row, map) else {
            var record = WaitingRecords.Record(head: head(lsn), close: transaction.standing)
            for index in columns.indices {
                record.values.append(value(row, map.isInOld[index] ? old : nil, map.places[index], columns[index]))
            }
            if record.needsLookUp { record.key = key(row, old, map) }
            return try wait(record)
        }
        try output.record { out in
            out += head
            out += String(lsn.value).utf8
            for index in keys.indices {
                out += keys[index]
                if case .text(let field) = row[map.places[index]] {
                    RowWriter.write(field, columns[index].form, into: &out)
                } else {
                    out += "null".utf8
                }
            }
            out += transaction.standing
        }
    }

    /// Sends that a row is gone: its key, and the rest of it where the server tells it.
    func sendDeleted(_ row: ChangedRow, _ map: ColumnMap, at lsn: PostgresLSN, _ transaction: Transaction) throws {
        var record = WaitingRecords.Record(head: head(lsn), close: transaction.deleted)
        for index in columns.indices {
            let value = map.isInOld[index] ? value(row, nil, map.places[index], columns[index]) : .null
            if case .absent = value { record.values.append(.null) } else { record.values.append(value) }
        }
        if waiting.isEmpty, !record.needsServer { return try WaitingRecords.write(record, keys, [], to: output) }
        try wait(record)
    }

    /// Whether an update gave the row another key, and with it left the old one behind.
    func hasNewKey(_ row: ChangedRow, old: ChangedRow, _ map: ColumnMap) -> Bool {
        map.keyPlaces.contains { place in
            switch (old[place], row[place]) {
            case (.text(let old), .text(let new)): !old.elementsEqual(new)
            default: false
            }
        }
    }

    /// Sends what waits. To be called before a state is sent, and when nothing more comes for a while.
    func settle() throws { try waiting.settle(keys, output) }

    func status(_ status: StreamOutput.Status) throws { try output.status(status) }

    private func wait(_ record: WaitingRecords.Record) throws {
        waiting.append(record)
        if waiting.isFull { try settle() }
    }

    private func isWhole(_ row: ChangedRow, _ map: ColumnMap) -> Bool {
        map.places.allSatisfy { if case .absent = row[$0] { false } else { true } }
    }

    private func value(_ row: ChangedRow, _ old: ChangedRow?, _ place: Int, _ column: SourceColumn)
        -> WaitingRecords.Value
    {
        var field = row[place]
        if case .absent = field, let old { field = old[place] }
        switch field {
        case .null: return .null
        case .absent: return .absent
        case .text(let text):
            if column.conversion != nil { return .unconverted(Array(text)) }
            var json: [UInt8] = []
            RowWriter.write(text, column.form, into: &json)
            return .json(json)
        }
    }

    /// The key's texts; empty where one is missing.
    private func key(_ row: ChangedRow, _ old: ChangedRow, _ map: ColumnMap) -> [String] {
        var key: [String] = []
        for place in map.keyPlaces {
            var field = row[place]
            if case .absent = field { field = old[place] }
            guard case .text(let text) = field else { return [] }
            key.append(String(decoding: text, as: UTF8.self))
        }
        return key
    }

    private func head(_ lsn: PostgresLSN) -> [UInt8] { head + String(lsn.value).utf8 }
}
