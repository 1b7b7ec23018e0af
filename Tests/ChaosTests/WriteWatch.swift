import Posix
import Postgres
import SQL

/// Triggers in the programs' own database that note every write of a worker to a run that another one holds.
///
/// Postgres knows each worker's life by the name that its connections give, and by the lease that it took.
struct WriteWatch: Sendable {
    private let url: String

    static func install(in url: String) async throws -> WriteWatch {
        try await Thread.value {
            let connection = try PostgresConnection(PostgresSettings(url: url))
            defer { connection.close() }
            try connection.execute(script: script)
        }
        return WriteWatch(url: url)
    }

    /// What was noted.
    func violations() async throws -> [String] {
        try await connected { connection in
            try connection.rows("SELECT what FROM watch_violation ORDER BY id LIMIT 20").map { try $0.get("what") }
        }
    }

    /// Whether a write under the name of a worker that holds nothing would be noted.
    func notices() async throws -> Bool {
        var settings = try PostgresSettings(url: url)
        settings.applicationName = "worker-nobody"
        let zombie = settings
        return try await Thread.value {
            let connection = try PostgresConnection(zombie)
            defer { connection.close() }
            try connection.execute(script: "BEGIN")
            try connection.execute(script: "UPDATE attempt SET updated_at = updated_at + 1")
            try connection.execute(script: "UPDATE state SET updated_at = updated_at + 1")
            let tables = try connection.rows(
                "SELECT count(DISTINCT split_part(what, ' ', 1)) AS n FROM watch_violation"
            ).first?.get("n", as: Int.self)
            try connection.execute(script: "ROLLBACK")
            return tables == 2
        }
    }

    /// Jobs, attempts and runs that have not ended, and jobs that did not succeed.
    func unfinished() async throws -> [String] {
        try await connected { connection in
            try connection.rows(
                """
                SELECT 'job ' || id || ' ' || status AS what FROM job WHERE status <> 'succeeded'
                UNION ALL SELECT 'attempt of job ' || job_id || ' ' || status FROM attempt WHERE status = 'running'
                UNION ALL SELECT 'run ' || id || ' ' || state FROM run WHERE ended_at IS NULL
                """
            ).map { try $0.get("what") }
        }
    }

    /// The jobs whose retries were used up by what was not their fault, and how many jobs there were in all.
    func charged() async throws -> (charged: Int, jobs: Int) {
        try await connected { connection in
            let row = try connection.rows(
                """
                SELECT count(*) AS jobs,
                       count(*) FILTER (WHERE retries ~ '"(successive|total)(Complete|Partial)":[1-9]') AS charged
                FROM job
                """
            )[0]
            return (try row.get("charged"), try row.get("jobs"))
        }
    }

    private func connected<Value: Sendable>(
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        let url = url
        return try await Thread.value {
            let connection = try PostgresConnection(PostgresSettings(url: url))
            defer { connection.close() }
            return try body(connection)
        }
    }

    private static let script = #"""
        CREATE TABLE watch_writer (worker_id TEXT PRIMARY KEY, application TEXT NOT NULL);
        CREATE TABLE watch_violation (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, what TEXT NOT NULL);

        CREATE FUNCTION watch_worker() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO watch_writer VALUES (NEW.id, current_setting('application_name')) ON CONFLICT DO NOTHING;
            RETURN NULL;
        END $$;
        CREATE TRIGGER watch AFTER INSERT ON worker FOR EACH ROW EXECUTE FUNCTION watch_worker();

        CREATE FUNCTION watch_owner(worker TEXT) RETURNS TEXT LANGUAGE sql AS
            $$ SELECT application FROM watch_writer WHERE worker_id = worker $$;

        -- A worker writes to what hangs on a run that it holds, or else has changed in this very transaction.
        CREATE FUNCTION watch_write(what TEXT, of_run BIGINT) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE
            writer TEXT := current_setting('application_name');
            holder run;
            changed BOOLEAN;
        BEGIN
            IF writer NOT LIKE 'worker-%' THEN RETURN; END IF;
            SELECT * INTO holder FROM run WHERE id = of_run;
            SELECT xmin = pg_current_xact_id()::xid INTO changed FROM run WHERE id = of_run;
            IF watch_owner(holder.worker_id) IS DISTINCT FROM writer AND changed IS NOT TRUE THEN
                INSERT INTO watch_violation (what) VALUES (
                    what || ' of run ' || coalesce(of_run::text, '?') || ' by ' || writer || '; it is '
                    || coalesce(holder.state, 'gone') || ' with ' || coalesce(watch_owner(holder.worker_id), 'nobody'));
            END IF;
        END $$;

        CREATE FUNCTION watch_run() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE writer TEXT := current_setting('application_name');
        BEGIN
            IF NEW.lease_token < OLD.lease_token THEN
                INSERT INTO watch_violation (what) VALUES ('run ' || OLD.id || ': its token fell');
            END IF;
            IF OLD.state = 'running' AND NEW.state = 'running' AND OLD.worker_id <> NEW.worker_id THEN
                INSERT INTO watch_violation (what) VALUES ('run ' || OLD.id || ': claimed while it was held');
            END IF;
            -- Others may put a run back, and no more.
            IF writer LIKE 'worker-%' AND OLD.state = 'running' AND NEW.state <> 'running' AND NEW.state <> 'waiting'
               AND watch_owner(OLD.worker_id) IS DISTINCT FROM writer THEN
                INSERT INTO watch_violation (what)
                VALUES ('run ' || OLD.id || ' became ' || NEW.state || ' by ' || writer);
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER watch AFTER UPDATE ON run FOR EACH ROW EXECUTE FUNCTION watch_run();

        CREATE FUNCTION watch_step() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM watch_write('run_step', NEW.run_id);
            IF NEW.lease_token <> (SELECT lease_token FROM run WHERE id = NEW.run_id) THEN
                INSERT INTO watch_violation (what) VALUES ('run_step of run ' || NEW.run_id || ' under an old token');
            END IF;
            IF TG_OP = 'UPDATE' AND OLD.recorded_at IS NOT NULL THEN
                INSERT INTO watch_violation (what) VALUES ('run_step of run ' || NEW.run_id || ' recorded twice');
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER watch AFTER INSERT OR UPDATE ON run_step FOR EACH ROW EXECUTE FUNCTION watch_step();

        CREATE FUNCTION watch_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM watch_write('attempt', (SELECT run_id FROM job WHERE id = NEW.job_id));
            IF TG_OP = 'UPDATE' AND OLD.status <> 'running' THEN
                INSERT INTO watch_violation (what)
                VALUES ('attempt ' || NEW.number || ' of job ' || NEW.job_id || ' was written after its end');
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER watch AFTER INSERT OR UPDATE ON attempt FOR EACH ROW EXECUTE FUNCTION watch_attempt();

        CREATE FUNCTION watch_log() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM watch_write('attempt_log', (SELECT run_id FROM job WHERE id = NEW.job_id));
            RETURN NULL;
        END $$;
        CREATE TRIGGER watch AFTER INSERT ON attempt_log FOR EACH ROW EXECUTE FUNCTION watch_log();

        CREATE FUNCTION watch_state() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM watch_write(
                'state', (SELECT run_id FROM job WHERE connection_id = NEW.connection_id ORDER BY id DESC LIMIT 1));
            IF TG_OP = 'UPDATE' AND (NEW.state::json->>'last')::bigint < (OLD.state::json->>'last')::bigint THEN
                INSERT INTO watch_violation (what)
                VALUES ('state of ' || NEW.connection_id || ' went from ' || OLD.state || ' to ' || NEW.state);
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER watch AFTER INSERT OR UPDATE ON state FOR EACH ROW EXECUTE FUNCTION watch_state();
        """#
}
