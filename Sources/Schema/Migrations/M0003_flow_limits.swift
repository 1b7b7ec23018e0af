import SQL

/// Fair turns, limits, versions, parking and counts of the workflow engine.
extension Migration {
    static let flowLimits = Migration(3, "flow limits") { dialect in
        """
        -- Whose turn it is among the waiting runs of one queue and priority.
        ALTER TABLE run ADD COLUMN turn BIGINT NOT NULL DEFAULT 0;
        ALTER TABLE run ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
        -- When the wait for the first claim ends, and when the run does.
        ALTER TABLE run ADD COLUMN wait_until BIGINT;
        ALTER TABLE run ADD COLUMN expires_at BIGINT;
        ALTER TABLE run ADD COLUMN run_limit BIGINT;
        ALTER TABLE run ADD COLUMN silence_limit BIGINT;
        ALTER TABLE run ADD COLUMN pause_requested_at BIGINT;
        ALTER TABLE run ADD COLUMN parked_because TEXT
            CHECK (parked_because IS NULL OR parked_because IN ('paused', 'unserved', 'unreadable'));
        UPDATE run SET parked_because = 'paused', pause_requested_at = created_at WHERE state = 'parked';
        DROP INDEX run_due;
        CREATE INDEX run_due ON run (queue, priority, turn, due_at, id) WHERE state = 'waiting';
        CREATE INDEX run_turn ON run (queue, priority, workspace, turn) WHERE state = 'waiting' AND workspace IS NOT NULL;
        CREATE INDEX run_expiring ON run (expires_at) WHERE state = 'waiting' AND expires_at IS NOT NULL;
        CREATE INDEX run_unclaimed ON run (wait_until)
            WHERE state = 'waiting' AND claims = 0 AND wait_until IS NOT NULL;
        CREATE INDEX run_parked ON run (parked_because) WHERE state = 'parked';

        -- Which workflows a worker knows, and up to which version.
        CREATE TABLE worker_workflow (
            worker_id TEXT NOT NULL REFERENCES worker (id) ON DELETE CASCADE,
            workflow TEXT NOT NULL,
            version BIGINT NOT NULL,
            PRIMARY KEY (worker_id, workflow)
        );
        -- What a worker has done so far, and what all those did whose rows are gone.
        ALTER TABLE worker ADD COLUMN counts TEXT NOT NULL DEFAULT '{}';
        CREATE TABLE worker_past (
            id BIGINT PRIMARY KEY CHECK (id = 1),
            counts TEXT NOT NULL
        );
        INSERT INTO worker_past (id, counts) VALUES (1, '{}');

        -- A history may hold further kinds of lines.
        CREATE TABLE run_history (
            id \(dialect.identity),
            run_id BIGINT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
            at BIGINT NOT NULL,
            kind TEXT NOT NULL CHECK (kind <> ''),
            worker_id TEXT,
            detail TEXT
        );
        INSERT INTO run_history (run_id, at, kind, worker_id, detail)
            SELECT run_id, at, kind, worker_id, detail FROM run_event ORDER BY id;
        DROP TABLE run_event;
        ALTER TABLE run_history RENAME TO run_event;
        CREATE INDEX run_event_run ON run_event (run_id, id);
        """
    }
}
