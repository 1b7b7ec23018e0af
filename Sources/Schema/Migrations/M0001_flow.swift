import SQL

/// The tables of the workflow engine.
///
/// The lease belongs to the worker, not to each run: renewing it touches one row however many runs are held, and never
/// waits for a run that a long transaction has locked. A run is held while its worker's lease lasts and its own token
/// is the one that the holder was given.
extension Migration {
    static let flow = Migration(1, "flow") { dialect in
        """
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
            ended_because TEXT CHECK (ended_because IN ('stopped', 'lapsed', 'died')),
            CHECK ((ended_at IS NULL) = (ended_because IS NULL))
        );
        CREATE INDEX worker_live ON worker (lease_until) WHERE ended_at IS NULL;

        CREATE TABLE run (
            id \(dialect.identity),
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
            error TEXT,
            CHECK ((state = 'running') = (worker_id IS NOT NULL)),
            CHECK (state <> 'running' OR (claimed_at IS NOT NULL AND lease_token > 0)),
            CHECK ((state IN ('succeeded', 'failed', 'cancelled')) = (ended_at IS NOT NULL)),
            CHECK ((state = 'succeeded') = (output IS NOT NULL)),
            CHECK ((state = 'failed') = (error IS NOT NULL)),
            CHECK ((cancel_requested_at IS NULL) = (cancel_reason IS NULL)),
            CHECK (awaits IS NULL OR state IN ('waiting', 'parked'))
        );
        CREATE INDEX run_due ON run (queue, priority, due_at, id) WHERE state = 'waiting';
        CREATE INDEX run_held ON run (worker_id) WHERE worker_id IS NOT NULL;
        CREATE INDEX run_live ON run (id) WHERE ended_at IS NULL;
        CREATE UNIQUE INDEX run_unique_key ON run (unique_key) WHERE ended_at IS NULL;
        CREATE UNIQUE INDEX run_idempotency_key ON run (workflow, idempotency_key);
        CREATE INDEX run_ended ON run (ended_at) WHERE ended_at IS NOT NULL;
        CREATE INDEX run_workspace ON run (workspace, id);
        CREATE INDEX run_parent ON run (parent_id) WHERE parent_id IS NOT NULL;

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

        CREATE TABLE run_event (
            id \(dialect.identity),
            run_id BIGINT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
            at BIGINT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN (
                'created', 'claimed', 'step_started', 'step_failed', 'slept', 'signalled', 'lapsed', 'rescued',
                'handed_over', 'retried', 'parked', 'succeeded', 'failed', 'cancelled')),
            worker_id TEXT,
            detail TEXT
        );
        CREATE INDEX run_event_run ON run_event (run_id, id);

        CREATE TABLE run_signal (
            id \(dialect.identity),
            run_id BIGINT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
            name TEXT NOT NULL CHECK (name <> ''),
            payload TEXT NOT NULL,
            sent_at BIGINT NOT NULL,
            taken_at BIGINT
        );
        CREATE INDEX run_signal_run ON run_signal (run_id, name, id);

        CREATE TABLE slot (
            key TEXT NOT NULL CHECK (key <> ''),
            n BIGINT NOT NULL CHECK (n > 0),
            run_id BIGINT REFERENCES run (id) ON DELETE SET NULL,
            PRIMARY KEY (key, n)
        );
        CREATE INDEX slot_run ON slot (run_id) WHERE run_id IS NOT NULL;

        CREATE TABLE run_slot (
            run_id BIGINT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
            key TEXT NOT NULL,
            PRIMARY KEY (run_id, key)
        );
        CREATE INDEX run_slot_key ON run_slot (key);
        """
    }
}
