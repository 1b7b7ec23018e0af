/// What must hold at every moment, as triggers: a statement that breaks a rule fails and names it. They see what is
/// really stored, whatever a plant has made of the engine's statements.
enum Rules {
    /// What the names of broken rules begin with.
    static let mark = "rule: "

    static let tables = """
        CREATE TABLE clock (at INTEGER NOT NULL, client INTEGER NOT NULL);
        INSERT INTO clock VALUES (0, 0);
        CREATE TABLE effect (run_id INTEGER NOT NULL, name TEXT NOT NULL, token INTEGER NOT NULL, value INTEGER NOT NULL);
        CREATE INDEX effect_run ON effect (run_id, name);
        CREATE TABLE schedule (id INTEGER PRIMARY KEY, first_at INTEGER NOT NULL, next_at INTEGER NOT NULL,
                               every INTEGER NOT NULL, last_at INTEGER NOT NULL, script INTEGER NOT NULL);
        CREATE TABLE firing (schedule_id INTEGER NOT NULL, slot INTEGER NOT NULL, run_id INTEGER NOT NULL);
        CREATE INDEX firing_slot ON firing (schedule_id, slot);
        """

    static var script: String {
        all.enumerated().map { index, rule in
            """
            CREATE TRIGGER rule_\(index) \(rule.event) WHEN \(rule.broken) BEGIN
                SELECT RAISE(ABORT, '\(mark)\(rule.name)');
            END;
            """
        }.joined(separator: "\n")
    }

    private struct Rule {
        let name: String
        let event: String
        let broken: String

        init(_ name: String, _ event: String, _ broken: String) {
            self.name = name
            self.event = event
            self.broken = broken
        }
    }

    private static let now = "(SELECT at FROM clock)"
    private static let notHeld = """
        NOT EXISTS (
            SELECT 1 FROM run JOIN worker ON worker.id = run.worker_id
            WHERE run.id = NEW.run_id AND run.state = 'running' AND worker.ended_at IS NULL
              AND worker.lease_until > \(now) AND run.lease_token =
        """
    private static let claims = "NEW.state = 'running' AND NEW.lease_token <> OLD.lease_token"

    private static let all: [Rule] = [
        Rule(
            "a recorded step never changes", "BEFORE UPDATE ON run_step",
            "OLD.recorded_at IS NOT NULL AND (NEW.value IS NOT OLD.value OR NEW.recorded_at IS NOT OLD.recorded_at)"),
        Rule("no step is written behind the fence", "BEFORE INSERT ON run_step", "\(notHeld) NEW.lease_token)"),
        Rule("no step is written behind the fence", "BEFORE UPDATE ON run_step", "\(notHeld) NEW.lease_token)"),
        Rule("no effect is written behind the fence", "BEFORE INSERT ON effect", "\(notHeld) NEW.token)"),
        Rule(
            "a transaction happens once", "BEFORE INSERT ON effect",
            "EXISTS (SELECT 1 FROM effect WHERE run_id = NEW.run_id AND name = NEW.name)"),
        Rule(
            "an ended run never changes",
            "BEFORE UPDATE OF state, ended_at, worker_id, lease_token, output, error, claims ON run",
            "OLD.ended_at IS NOT NULL"),
        Rule(
            "the token of a run only grows", "BEFORE UPDATE OF lease_token ON run", "NEW.lease_token < OLD.lease_token"),
        Rule(
            "only a waiting run is claimed", "BEFORE UPDATE OF state, lease_token ON run",
            "\(claims) AND OLD.state <> 'waiting'"),
        Rule(
            "no run is claimed before it is due", "BEFORE UPDATE OF state, lease_token ON run",
            "\(claims) AND OLD.due_at > \(now)"),
        Rule(
            "only a worker whose lease lasts claims", "BEFORE UPDATE OF state, lease_token ON run",
            """
            \(claims) AND NOT EXISTS (
                SELECT 1 FROM worker
                WHERE worker.id = NEW.worker_id AND worker.ended_at IS NULL AND worker.lease_until > \(now))
            """),
        Rule(
            "a run whose cancellation was asked for is not put back", "BEFORE UPDATE OF state ON run",
            "OLD.cancel_reason IS NOT NULL AND NEW.state IN ('waiting', 'parked') AND OLD.state = 'running'"),
        Rule("a history only grows", "BEFORE UPDATE ON run_event", "1"),
        Rule("a history only grows", "BEFORE DELETE ON run_event", "\(isPlaying)"),
        Rule(
            "only the worker that holds a run ends its pass", "BEFORE INSERT ON run_event",
            """
            NEW.kind IN ('succeeded', 'failed', 'cancelled', 'slept', 'retried', 'handed_over', 'parked')
            AND NEW.worker_id IS NOT NULL AND NEW.worker_id IS NOT (
                SELECT worker_id FROM run_event WHERE run_id = NEW.run_id AND kind = 'claimed' ORDER BY id DESC LIMIT 1)
            """),
        Rule(
            "a signal is taken once", "BEFORE UPDATE OF taken_at ON run_signal",
            "OLD.taken_at IS NOT NULL"),
        Rule(
            "a slot is held by one run", "BEFORE UPDATE OF run_id ON slot",
            "OLD.run_id IS NOT NULL AND NEW.run_id IS NOT NULL AND \(isPlaying)"),
        Rule(
            "a claimed run has its slots", "BEFORE INSERT ON run_event",
            """
            NEW.kind = 'claimed' AND EXISTS (
                SELECT 1 FROM run_slot WHERE run_slot.run_id = NEW.run_id AND NOT EXISTS (
                    SELECT 1 FROM slot WHERE slot.key = run_slot.key AND slot.run_id = NEW.run_id))
            """),
        Rule(
            "one live run holds a unique key", "AFTER INSERT ON run",
            """
            NEW.unique_key IS NOT NULL AND EXISTS (
                SELECT 1 FROM run WHERE unique_key = NEW.unique_key AND ended_at IS NULL AND id <> NEW.id)
            """),
        Rule(
            "an idempotency key starts one run", "AFTER INSERT ON run",
            """
            NEW.idempotency_key IS NOT NULL AND EXISTS (
                SELECT 1 FROM run
                WHERE workflow = NEW.workflow AND idempotency_key = NEW.idempotency_key AND id <> NEW.id)
            """),
        Rule(
            "a due slot of a schedule fires once", "BEFORE INSERT ON firing",
            "EXISTS (SELECT 1 FROM firing WHERE schedule_id = NEW.schedule_id AND slot = NEW.slot)"),
    ]

    /// False while the tables are emptied.
    private static let isPlaying = "(SELECT at FROM clock) > 0"
}
