import SQL

/// Who may do what: people, their permissions, the applications that act for them, and who is signed in.
///
/// Emails are kept in lower case. A person without an `auth_id` is known to others by its id.
extension Migration {
    static let people = Migration(11, "people") { dialect in
        """
        ALTER TABLE person ADD COLUMN password_hash TEXT;
        ALTER TABLE person ADD COLUMN auth_id TEXT;
        ALTER TABLE person ADD COLUMN default_workspace_id TEXT REFERENCES workspace (id);
        ALTER TABLE person ADD COLUMN tombstone BOOLEAN NOT NULL DEFAULT FALSE;
        ALTER TABLE person ADD COLUMN created_at \(dialect.bigint) NOT NULL DEFAULT 0;
        CREATE UNIQUE INDEX person_by_email ON person (email) WHERE NOT tombstone;
        CREATE UNIQUE INDEX person_by_auth_id ON person (auth_id) WHERE auth_id IS NOT NULL;

        CREATE TABLE permission (
            id TEXT PRIMARY KEY,
            person_id TEXT NOT NULL REFERENCES person (id),
            type TEXT NOT NULL,
            workspace_id TEXT REFERENCES workspace (id),
            organization_id TEXT REFERENCES organization (id),
            created_at \(dialect.bigint) NOT NULL,
            CHECK (CASE
                WHEN type = 'instance_admin' THEN workspace_id IS NULL AND organization_id IS NULL
                WHEN type IN ('workspace_owner', 'workspace_admin', 'workspace_editor', 'workspace_source_editor',
                              'workspace_destination_editor', 'workspace_runner', 'workspace_reader')
                    THEN workspace_id IS NOT NULL AND organization_id IS NULL
                WHEN type IN ('organization_admin', 'organization_editor', 'organization_runner',
                              'organization_reader', 'organization_member')
                    THEN workspace_id IS NULL AND organization_id IS NOT NULL
                ELSE FALSE END)
        );
        CREATE UNIQUE INDEX permission_one_per_workspace ON permission (person_id, workspace_id)
            WHERE workspace_id IS NOT NULL;
        CREATE UNIQUE INDEX permission_one_per_organization ON permission (person_id, organization_id)
            WHERE organization_id IS NOT NULL;
        CREATE UNIQUE INDEX permission_one_per_instance ON permission (person_id) WHERE type = 'instance_admin';
        CREATE INDEX permission_of_workspace ON permission (workspace_id) WHERE workspace_id IS NOT NULL;
        CREATE INDEX permission_of_organization ON permission (organization_id) WHERE organization_id IS NOT NULL;

        CREATE TABLE application (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            client_id TEXT NOT NULL UNIQUE,
            secret_hash TEXT NOT NULL,
            person_id TEXT NOT NULL REFERENCES person (id),
            created_at \(dialect.bigint) NOT NULL
        );
        CREATE INDEX application_of_person ON application (person_id);

        CREATE TABLE sign_in (
            token_hash TEXT PRIMARY KEY,
            person_id TEXT NOT NULL REFERENCES person (id),
            created_at \(dialect.bigint) NOT NULL,
            expires_at \(dialect.bigint) NOT NULL,
            ends_at \(dialect.bigint) NOT NULL
        );
        CREATE INDEX sign_in_of_person ON sign_in (person_id);
        CREATE INDEX sign_in_by_expiry ON sign_in (expires_at);
        """
    }
}
