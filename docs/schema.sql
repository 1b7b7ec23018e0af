-- The schema that all migrations together make, here of SQLite; Postgres has BYTEA for BLOB and identity columns
-- for AUTOINCREMENT. Made from the migrations: SWIFTLET_WRITE_SCHEMA=1 scripts/test.sh --filter CurrentSchemaTests
CREATE TABLE application (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    client_id TEXT NOT NULL UNIQUE,
    secret_hash TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES person (id),
    created_at BIGINT NOT NULL
);

CREATE INDEX application_of_person ON application (person_id);

CREATE TABLE attempt (
    job_id BIGINT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('running', 'failed', 'succeeded')),
    stats TEXT NOT NULL,
    failures TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (job_id, number),
    CHECK ((status = 'running') = (ended_at IS NULL))
);

CREATE UNIQUE INDEX attempt_one_running_per_job ON attempt (job_id) WHERE status = 'running';

CREATE TABLE attempt_log (
    job_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    chunk INTEGER NOT NULL,
    plain_size BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    compressed BLOB NOT NULL,
    PRIMARY KEY (job_id, number, chunk),
    FOREIGN KEY (job_id, number) REFERENCES attempt (job_id, number) ON DELETE CASCADE
);

CREATE INDEX attempt_log_by_age ON attempt_log (created_at);

CREATE TABLE attempt_reject (
    job_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    chunk INTEGER NOT NULL,
    plain_size BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    compressed BLOB NOT NULL,
    PRIMARY KEY (job_id, number, chunk),
    FOREIGN KEY (job_id, number) REFERENCES attempt (job_id, number) ON DELETE CASCADE
);

CREATE INDEX attempt_reject_by_age ON attempt_reject (created_at);

CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at BIGINT NOT NULL,
    person_id TEXT NOT NULL,
    application_id TEXT,
    operation TEXT NOT NULL,
    workspace_id TEXT,
    subject_id TEXT,
    status INTEGER NOT NULL,
    request_id TEXT NOT NULL
);

CREATE INDEX audit_by_age ON audit (at);

CREATE INDEX audit_of_workspace ON audit (workspace_id, at);

CREATE TABLE catalog (
    id TEXT PRIMARY KEY,
    source_id TEXT NOT NULL REFERENCES connector (id) ON DELETE CASCADE,
    catalog TEXT NOT NULL,
    configuration_hash TEXT NOT NULL,
    connector_version TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE INDEX catalog_by_age ON catalog (created_at);

CREATE INDEX catalog_of_source ON catalog (source_id, created_at);

CREATE TABLE connection (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspace (id),
    source_id TEXT NOT NULL REFERENCES connector (id),
    destination_id TEXT NOT NULL REFERENCES connector (id),
    name TEXT NOT NULL,
    namespace_definition TEXT NOT NULL CHECK (namespace_definition IN ('source', 'destination', 'customformat')),
    namespace_format TEXT,
    prefix TEXT,
    status TEXT NOT NULL CHECK (status IN ('active', 'inactive', 'deprecated')),
    schedule TEXT NOT NULL,
    catalog TEXT NOT NULL,
    source_catalog_id TEXT,
    non_breaking_changes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
, next_sync_at BIGINT, run_policy TEXT NOT NULL DEFAULT '{}', status_reason TEXT, failures_count_from BIGINT, failure_warned_at BIGINT, treatments TEXT NOT NULL DEFAULT '[]', backfills BOOLEAN NOT NULL DEFAULT FALSE, tells_schema_changes BOOLEAN NOT NULL DEFAULT TRUE, has_breaking_change BOOLEAN NOT NULL DEFAULT FALSE, operation_ids TEXT NOT NULL DEFAULT '[]', told_catalog_id TEXT, resources TEXT NOT NULL DEFAULT '{}');

CREATE INDEX connection_by_name ON connection (workspace_id, lower(name), id, status, has_breaking_change)
    WHERE status <> 'deprecated';

CREATE INDEX connection_by_next_sync ON connection (next_sync_at, id) WHERE next_sync_at IS NOT NULL;

CREATE INDEX connection_of_catalog ON connection (source_catalog_id);

CREATE INDEX connection_of_destination ON connection (destination_id);

CREATE INDEX connection_of_source ON connection (source_id);

CREATE INDEX connection_of_workspace ON connection (workspace_id);

CREATE TABLE connection_tag (
    connection_id TEXT NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
    tag_id TEXT NOT NULL REFERENCES tag (id) ON DELETE CASCADE,
    PRIMARY KEY (connection_id, tag_id)
);

CREATE INDEX connection_tag_by_tag ON connection_tag (tag_id);

CREATE TABLE connector (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('source', 'destination')),
    definition_id TEXT NOT NULL REFERENCES connector_definition (id),
    workspace_id TEXT NOT NULL REFERENCES workspace (id),
    name TEXT NOT NULL,
    configuration TEXT NOT NULL,
    tombstone BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE INDEX connector_of_definition ON connector (definition_id);

CREATE INDEX connector_of_workspace ON connector (workspace_id, kind) WHERE NOT tombstone;

CREATE TABLE connector_definition (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('source', 'destination')),
    workspace_id TEXT REFERENCES workspace (id),
    name TEXT NOT NULL,
    repository TEXT NOT NULL,
    tag TEXT NOT NULL,
    documentation_url TEXT,
    icon TEXT,
    specification TEXT NOT NULL,
    supports_refreshes BOOLEAN NOT NULL,
    tombstone BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT NOT NULL
, resources TEXT NOT NULL DEFAULT '{}');

CREATE TABLE delivery (
    event_id TEXT NOT NULL REFERENCES event (id) ON DELETE CASCADE,
    channel TEXT NOT NULL CHECK (channel IN ('slack', 'webhook')),
    status TEXT NOT NULL CHECK (status IN ('pending', 'delivered', 'failed')),
    tries INTEGER NOT NULL DEFAULT 0,
    message TEXT,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (event_id, channel)
);

CREATE TABLE destination_catalog (
    destination_id TEXT PRIMARY KEY REFERENCES connector (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    catalog TEXT NOT NULL,
    configuration_hash TEXT NOT NULL,
    connector_version TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE event (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspace (id),
    connection_id TEXT NOT NULL REFERENCES connection (id),
    job_id BIGINT REFERENCES job (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE INDEX event_by_age ON event (created_at);

CREATE INDEX event_by_connection ON event (connection_id, created_at);

CREATE INDEX event_by_job ON event (job_id);

CREATE INDEX event_by_workspace ON event (workspace_id, created_at);

CREATE TABLE idempotency (
    key_hash TEXT PRIMARY KEY,
    request_hash TEXT NOT NULL,
    holder TEXT NOT NULL,
    held_until BIGINT NOT NULL,
    status INTEGER,
    sealed_answer BLOB,
    created_at BIGINT NOT NULL,
    CHECK ((status IS NULL) = (sealed_answer IS NULL))
);

CREATE INDEX idempotency_by_age ON idempotency (created_at);

CREATE TABLE instance (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE job (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    connection_id TEXT NOT NULL REFERENCES connection (id),
    status TEXT NOT NULL
        CHECK (status IN ('pending', 'running', 'incomplete', 'failed', 'succeeded', 'cancelled')),
    is_scheduled BOOLEAN NOT NULL,
    run_id BIGINT,
    streams TEXT NOT NULL,
    retries TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    updated_at BIGINT NOT NULL
, kind TEXT NOT NULL DEFAULT 'sync' CHECK (kind IN ('sync', 'reset_connection', 'refresh')), refreshes TEXT NOT NULL DEFAULT '[]', called_slow_at BIGINT);

CREATE INDEX job_by_age ON job (created_at);

CREATE INDEX job_by_status ON job (status, id);

CREATE INDEX job_by_update ON job (updated_at, id);

CREATE INDEX job_of_connection ON job (connection_id, id);

CREATE INDEX job_of_connection_by_status ON job (connection_id, status, id);

CREATE UNIQUE INDEX job_one_live_per_connection ON job (connection_id)
    WHERE status IN ('pending', 'running', 'incomplete');

CREATE TABLE job_count (
    connection_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    jobs BIGINT NOT NULL,
    PRIMARY KEY (connection_id, kind, status)
);

CREATE TABLE newest_job (
    connection_id TEXT PRIMARY KEY REFERENCES connection (id) ON DELETE CASCADE,
    job_id BIGINT NOT NULL,
    status TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE operation (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspace (id),
    name TEXT NOT NULL,
    configuration TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE INDEX operation_by_workspace ON operation (workspace_id);

CREATE TABLE organization (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL
);

CREATE TABLE permission (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id),
    type TEXT NOT NULL,
    workspace_id TEXT REFERENCES workspace (id),
    organization_id TEXT REFERENCES organization (id),
    created_at BIGINT NOT NULL,
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

CREATE INDEX permission_of_organization ON permission (organization_id) WHERE organization_id IS NOT NULL;

CREATE INDEX permission_of_workspace ON permission (workspace_id) WHERE workspace_id IS NOT NULL;

CREATE UNIQUE INDEX permission_one_per_instance ON permission (person_id) WHERE type = 'instance_admin';

CREATE UNIQUE INDEX permission_one_per_organization ON permission (person_id, organization_id)
    WHERE organization_id IS NOT NULL;

CREATE UNIQUE INDEX permission_one_per_workspace ON permission (person_id, workspace_id)
    WHERE workspace_id IS NOT NULL;

CREATE TABLE person (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL
, password_hash TEXT, auth_id TEXT, default_workspace_id TEXT REFERENCES workspace (id), tombstone BOOLEAN NOT NULL DEFAULT FALSE, created_at BIGINT NOT NULL DEFAULT 0);

CREATE UNIQUE INDEX person_by_auth_id ON person (auth_id) WHERE auth_id IS NOT NULL;

CREATE UNIQUE INDEX person_by_email ON person (email) WHERE NOT tombstone;

CREATE TABLE run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workflow TEXT NOT NULL CHECK (workflow <> ''),
    queue TEXT NOT NULL CHECK (queue <> ''),
    workspace TEXT,
    parent_id BIGINT REFERENCES run (id) ON DELETE SET NULL,
    state TEXT NOT NULL
        CHECK (state IN ('waiting', 'running', 'parked', 'succeeded', 'failed', 'cancelled')),
    priority BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    awaits TEXT,
    unique_key TEXT,
    idempotency_key TEXT,
    wants_slots BIGINT NOT NULL DEFAULT 0 CHECK (wants_slots IN (0, 1)),
    claims BIGINT NOT NULL DEFAULT 0,
    failures BIGINT NOT NULL DEFAULT 0,
    worker_id TEXT REFERENCES worker (id),
    lease_token BIGINT NOT NULL DEFAULT 0,
    cancel_requested_at BIGINT,
    cancel_reason TEXT,
    created_at BIGINT NOT NULL,
    claimed_at BIGINT,
    ended_at BIGINT,
    input TEXT NOT NULL,
    output TEXT,
    error TEXT, turn BIGINT NOT NULL DEFAULT 0, version BIGINT NOT NULL DEFAULT 1, wait_until BIGINT, expires_at BIGINT, run_limit BIGINT, silence_limit BIGINT, pause_requested_at BIGINT, parked_because TEXT
    CHECK (parked_because IS NULL OR parked_because IN ('paused', 'unserved', 'unreadable')),
    CHECK ((state = 'running') = (worker_id IS NOT NULL)),
    CHECK (state <> 'running' OR (claimed_at IS NOT NULL AND lease_token > 0)),
    CHECK ((state IN ('succeeded', 'failed', 'cancelled')) = (ended_at IS NOT NULL)),
    CHECK ((state = 'succeeded') = (output IS NOT NULL)),
    CHECK ((state = 'failed') = (error IS NOT NULL)),
    CHECK ((cancel_requested_at IS NULL) = (cancel_reason IS NULL)),
    CHECK (awaits IS NULL OR state IN ('waiting', 'parked'))
);

CREATE INDEX run_due ON run (queue, priority, turn, due_at, id) WHERE state = 'waiting';

CREATE INDEX run_ended ON run (ended_at) WHERE ended_at IS NOT NULL;

CREATE INDEX run_expiring ON run (expires_at) WHERE state = 'waiting' AND expires_at IS NOT NULL;

CREATE INDEX run_held ON run (worker_id) WHERE worker_id IS NOT NULL;

CREATE UNIQUE INDEX run_idempotency_key ON run (workflow, idempotency_key);

CREATE INDEX run_live ON run (id) WHERE ended_at IS NULL;

CREATE INDEX run_parent ON run (parent_id) WHERE parent_id IS NOT NULL;

CREATE INDEX run_parked ON run (parked_because) WHERE state = 'parked';

CREATE INDEX run_turn ON run (queue, priority, workspace, turn) WHERE state = 'waiting' AND workspace IS NOT NULL;

CREATE INDEX run_unclaimed ON run (wait_until)
    WHERE state = 'waiting' AND claims = 0 AND wait_until IS NOT NULL;

CREATE UNIQUE INDEX run_unique_key ON run (unique_key) WHERE ended_at IS NULL;

CREATE INDEX run_workspace ON run (workspace, id);

CREATE TABLE "run_event" (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id BIGINT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind <> ''),
    worker_id TEXT,
    detail TEXT
);

CREATE INDEX run_event_run ON run_event (run_id, id);

CREATE TABLE run_signal (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id BIGINT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    name TEXT NOT NULL CHECK (name <> ''),
    payload TEXT NOT NULL,
    sent_at BIGINT NOT NULL,
    taken_at BIGINT
);

CREATE INDEX run_signal_run ON run_signal (run_id, name, id);

CREATE TABLE run_slot (
    run_id BIGINT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    PRIMARY KEY (run_id, key)
);

CREATE INDEX run_slot_key ON run_slot (key);

CREATE TABLE run_step (
    run_id BIGINT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    name TEXT NOT NULL CHECK (name <> ''),
    lease_token BIGINT NOT NULL,
    failures BIGINT NOT NULL DEFAULT 0,
    started_at BIGINT NOT NULL,
    wake_at BIGINT,
    recorded_at BIGINT,
    progress TEXT,
    value TEXT,
    PRIMARY KEY (run_id, name),
    CHECK ((recorded_at IS NULL) = (value IS NULL))
);

CREATE TABLE schema_migration (
    number BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied_at BIGINT NOT NULL
);

CREATE TABLE secret (
    coordinate TEXT PRIMARY KEY,
    sealed BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT
);

CREATE INDEX secret_expiring ON secret (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE sign_in (
    token_hash TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL
);

CREATE INDEX sign_in_by_expiry ON sign_in (expires_at);

CREATE INDEX sign_in_of_person ON sign_in (person_id);

CREATE TABLE slot (
    key TEXT NOT NULL CHECK (key <> ''),
    n BIGINT NOT NULL CHECK (n > 0),
    run_id BIGINT REFERENCES run (id) ON DELETE SET NULL,
    PRIMARY KEY (key, n)
);

CREATE INDEX slot_run ON slot (run_id) WHERE run_id IS NOT NULL;

CREATE TABLE state (
    connection_id TEXT NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('stream', 'global_shared', 'global_stream', 'legacy')),
    stream_name TEXT NOT NULL,
    namespace TEXT NOT NULL,
    state TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (connection_id, kind, stream_name, namespace)
);

CREATE TABLE state_version (
    connection_id TEXT NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
    number BIGINT NOT NULL CHECK (number > 0),
    job_id BIGINT,
    cause TEXT NOT NULL CHECK (cause IN ('found', 'attempt', 'replaced', 'restored')),
    digest TEXT NOT NULL,
    plain_size BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    compressed BLOB NOT NULL,
    PRIMARY KEY (connection_id, number)
);

CREATE TABLE stream_generation (
    connection_id TEXT NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
    stream_name TEXT NOT NULL,
    namespace TEXT NOT NULL,
    generation BIGINT NOT NULL,
    job_id BIGINT NOT NULL,
    PRIMARY KEY (connection_id, stream_name, namespace)
);

CREATE TABLE stream_refresh (
    connection_id TEXT NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
    stream_name TEXT NOT NULL,
    namespace TEXT NOT NULL,
    mode TEXT NOT NULL CHECK (mode IN ('MERGE', 'TRUNCATE')),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (connection_id, stream_name, namespace)
);

CREATE TABLE stream_reset (
    connection_id TEXT NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
    stream_name TEXT NOT NULL,
    namespace TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (connection_id, stream_name, namespace)
);

CREATE TABLE tag (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspace (id),
    name TEXT NOT NULL,
    color TEXT NOT NULL,
    UNIQUE (workspace_id, name)
);

CREATE TABLE worker (
    id TEXT PRIMARY KEY,
    host TEXT NOT NULL,
    pid BIGINT NOT NULL,
    process_started BIGINT NOT NULL,
    program TEXT NOT NULL,
    version TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    ended_at BIGINT,
    ended_because TEXT CHECK (ended_because IN ('stopped', 'lapsed', 'died')), counts TEXT NOT NULL DEFAULT '{}',
    CHECK ((ended_at IS NULL) = (ended_because IS NULL))
);

CREATE INDEX worker_live ON worker (lease_until) WHERE ended_at IS NULL;

CREATE TABLE worker_past (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    counts TEXT NOT NULL
);

CREATE TABLE worker_workflow (
    worker_id TEXT NOT NULL REFERENCES worker (id) ON DELETE CASCADE,
    workflow TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (worker_id, workflow)
);

CREATE TABLE workspace (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (id),
    name TEXT NOT NULL,
    slug TEXT NOT NULL UNIQUE,
    email TEXT,
    initial_setup_complete BOOLEAN NOT NULL,
    tombstone BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT NOT NULL
, notification_settings TEXT NOT NULL DEFAULT '{}', webhook_configs TEXT NOT NULL DEFAULT '[]');
