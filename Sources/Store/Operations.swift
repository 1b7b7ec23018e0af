import JSON
package import Model
package import SQL

extension Session {
    package func operation(_ id: OperationID) throws -> Operation {
        guard let row = try row("SELECT * FROM operation WHERE id = \(id)") else {
            throw StoreError.notFound("operation", id)
        }
        return try Operation(row)
    }

    /// Those of the ids that there are, in the order of the ids.
    package func operations(_ ids: [OperationID]) throws -> [Operation] {
        let found = try rows("SELECT * FROM operation WHERE id IN \(list: ids)").map(Operation.init)
        let byID = Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
        return ids.compactMap { byID[$0] }
    }

    package func insert(_ operation: Operation) throws {
        try run(
            """
            INSERT INTO operation (id, workspace_id, name, configuration, created_at, updated_at)
            VALUES (\(operation.id), \(operation.workspaceID), \(operation.name),
                    \(try operation.configuration.columnText()), \(operation.createdAt), \(operation.updatedAt))
            """)
    }

    /// Replaces the name and the configuration.
    package func update(_ operation: Operation) throws {
        let changed = try run(
            """
            UPDATE operation SET name = \(operation.name), updated_at = \(operation.updatedAt),
                                 configuration = \(try operation.configuration.columnText())
            WHERE id = \(operation.id)
            """)
        guard changed == 1 else { throw StoreError.notFound("operation", operation.id) }
    }

    /// Deletes an operation; connections that name it pass it over from then on.
    package func deleteOperation(_ id: OperationID) throws {
        guard try run("DELETE FROM operation WHERE id = \(id)") == 1 else { throw StoreError.notFound("operation", id) }
    }
}

extension Operation {
    fileprivate init(_ row: Row) throws {
        self.init(
            id: try row.id("id"), workspaceID: try row.id("workspace_id"), name: try row.get("name"),
            configuration: try row.coded("configuration"), createdAt: try row.get("created_at"),
            updatedAt: try row.get("updated_at"))
    }
}
