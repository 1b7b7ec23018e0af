package import SQL

/// One life of a worker, from taking its lease to losing or returning it. A worker that lost its lease goes on under
/// another id.
package struct WorkerID: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    package init(_ text: String) { self.text = text }

    package var description: String { text }
}

extension WorkerID: SQLBindable, SQLReadable {
    package var sqlValue: SQLValue { .text(text) }

    package init?(sqlValue: SQLValue) {
        guard let text = String(sqlValue: sqlValue) else { return nil }
        self.text = text
    }
}
