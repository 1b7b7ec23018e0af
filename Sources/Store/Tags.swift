package import Model
package import SQL

extension Session {
    package func tag(_ id: TagID) throws -> Tag {
        guard let row = try row("SELECT * FROM tag WHERE id = \(id)") else { throw StoreError.notFound("tag", id) }
        return try Tag(row)
    }

    /// By name.
    package func tags(workspaces: [WorkspaceID]) throws -> [Tag] {
        try rows("SELECT * FROM tag WHERE workspace_id IN \(list: workspaces) ORDER BY name, id").map(Tag.init)
    }

    /// Throws `.conflict` where the workspace has a tag of that name.
    package func insert(_ tag: Tag) throws {
        let added = try run(
            """
            INSERT INTO tag (id, workspace_id, name, color)
            VALUES (\(tag.id), \(tag.workspaceID), \(tag.name), \(tag.color))
            ON CONFLICT DO NOTHING
            """)
        guard added == 1 else { throw takenName(tag) }
    }

    /// Throws `.conflict` where the workspace has another tag of that name.
    package func update(_ tag: Tag) throws {
        let other = try row(
            """
            SELECT 1 AS found FROM tag
            WHERE workspace_id = \(tag.workspaceID) AND name = \(tag.name) AND id <> \(tag.id)
            """)
        if other != nil { throw takenName(tag) }
        guard try run("UPDATE tag SET name = \(tag.name), color = \(tag.color) WHERE id = \(tag.id)") == 1 else {
            throw StoreError.notFound("tag", tag.id)
        }
    }

    /// Takes it off every connection, too.
    package func deleteTag(_ id: TagID) throws {
        guard try run("DELETE FROM tag WHERE id = \(id)") == 1 else { throw StoreError.notFound("tag", id) }
    }

    /// The tags of each connection that has any, by name.
    package func tags(of connections: [ConnectionID]) throws -> [ConnectionID: [Tag]] {
        var tags: [ConnectionID: [Tag]] = [:]
        for start in stride(from: 0, to: connections.count, by: mostAtOnce) {
            let some = Array(connections[start..<min(start + mostAtOnce, connections.count)])
            let found = try rows(
                """
                SELECT tag.*, connection_tag.connection_id FROM connection_tag
                    JOIN tag ON tag.id = connection_tag.tag_id
                WHERE connection_tag.connection_id IN \(list: some) ORDER BY tag.name, tag.id
                """)
            for row in found { try tags[row.id("connection_id"), default: []].append(Tag(row)) }
        }
        return tags
    }

    /// Replaces a connection's tags. Throws `.notFound` for a tag of another workspace as for one that is not there.
    package func setTags(_ tags: [TagID], of connection: ConnectionID) throws {
        let known = Set(
            try rows(
                """
                SELECT id FROM tag WHERE id IN \(list: tags)
                    AND workspace_id = (SELECT workspace_id FROM connection WHERE id = \(connection))
                """
            ).map { row throws -> TagID in try row.id("id") })
        if let unknown = tags.first(where: { !known.contains($0) }) { throw StoreError.notFound("tag", unknown) }
        try run("DELETE FROM connection_tag WHERE connection_id = \(connection)")
        for tag in Set(tags) {
            try run("INSERT INTO connection_tag (connection_id, tag_id) VALUES (\(connection), \(tag))")
        }
    }

    private func takenName(_ tag: Tag) -> StoreError {
        StoreError(
            .conflict, "tag", id: tag.id.description, "The workspace has a tag named \"\(tag.name)\" already.")
    }
}

/// A statement takes some tens of thousands of values.
private let mostAtOnce = 1000

extension Tag {
    /// Whether a row of `connection` is marked with at least one of the tags.
    static func isOnConnection(_ tags: [TagID]) -> Query {
        "connection.id IN (SELECT connection_id FROM connection_tag WHERE tag_id IN \(list: tags))"
    }

    init(_ row: Row) throws {
        try self.init(
            id: try row.id("id"), workspaceID: try row.id("workspace_id"), name: try row.get("name"),
            color: try row.get("color"))
    }
}
