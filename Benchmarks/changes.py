"""Changes from Postgres' log through the whole engine. Parts of postgres.py."""
import statistics
import sys

from bench import say, Table, verdict, Watch

MODES = ("append", "append_dedup")
NAMES = {"append": "appended", "append_dedup": "merged by key"}
COLUMNS = "id, email, plan, balance, active, updated_at, uid::text as uid"


class Changes:
    """A table whose changes two slots hold: one source appends them, the other one merges them by key."""

    def __init__(self, engine, postgres, options):
        self.engine = engine
        self.postgres = postgres
        self.rounds = options.rounds
        self.backlog = 100_000 if options.quick else 1_000_000
        # The ids of the rows that are there.
        self.oldest, self.newest = 0, self.backlog // 2

    def run(self):
        self.prepare()
        connections = {mode: self.connect(mode) for mode in MODES}
        for connection in connections.values():
            self.engine.sync(connection)
        table = Table(
            f"Changes from the log, Postgres to Postgres, one sync of each backlog, medians of {self.rounds}",
            "backlog", "mode", "whole job", "changes/s", "limit", "met", "peak memory of a process")
        self.measure(table, connections, self.backlog, {"append": 50_000, "append_dedup": 20_000})
        self.measure(table, connections, 5_000, {})
        self.compare()

    def prepare(self):
        self.postgres.query("create database log")
        self.postgres.query(
            f"""create table events (id bigint primary key, email text not null, plan varchar(8), balance numeric(12,2),
                active boolean, updated_at timestamptz not null, uid uuid);
            insert into events {self.made(1, self.newest)}""", "log")
        self.postgres.query("create publication bench for table events", "log")
        for mode in MODES:
            self.postgres.query(f"select pg_create_logical_replication_slot('bench_{mode}', 'pgoutput')", "log")

    def made(self, first, last):
        return f"""select g, 'user' || g || '@ex.io', (array['free', 'pro', 'team'])[1 + g % 3], g * 7919 % 100000000 / 100.0,
            g % 3 <> 0, timestamptz '2023-01-01 00:00:00+00' + g * interval '1 second', md5('u' || g)::uuid
            from generate_series({first}::bigint, {last}) g"""

    def connect(self, mode):
        database = f"log_{mode}"
        self.postgres.query(f"create database {database}")
        config = dict(self.postgres.config("log"), replication_method={
            "method": "CDC", "replication_slot": f"bench_{mode}", "publication": "bench"})
        source = self.engine.connector("source", "swiftlet/source-postgres", config)
        found = self.engine("sources/discover_schema", {"sourceId": source})["catalog"]["streams"]
        stream = next(entry["stream"] for entry in found if entry["stream"]["name"] == "events")
        destination = self.engine.connector(
            "destination", "swiftlet/destination-postgres", self.postgres.config(database))
        return self.engine.connection(source, destination, stream, mode, config={
            "syncMode": "incremental", "cursorField": stream["defaultCursorField"]})

    def change(self, count):
        """For every two new rows two changed ones and a deleted one, in transactions of some thousands."""
        left = count // 5
        while left:
            step = min(left, 2_000)
            kept = self.oldest + step
            # All over the table; each once, for the number of rows is no multiple of the prime.
            changed = f"select {kept + 1} + g * 7919 % {self.newest - kept} from generate_series(0::bigint, {step * 2 - 1}) g"
            self.postgres.query(
                f"""insert into events {self.made(self.newest + 1, self.newest + step * 2)};
                update events set balance = balance + 1, plan = 'vip' where id in ({changed});
                delete from events where id > {self.oldest} and id <= {kept}""", "log")
            self.newest += step * 2
            self.oldest = kept
            left -= step

    def measure(self, table, connections, count, limits):
        walls = {mode: [] for mode in MODES}
        peaks = {mode: 0 for mode in MODES}
        for _ in range(self.rounds if limits else max(5, self.rounds)):
            self.change(count)
            for mode, connection in connections.items():
                with Watch(self.engine) as watch:
                    committed, wall = self.engine.sync(connection)
                if committed != count:
                    sys.exit(f"bench: {committed} changes were committed, not {count}.")
                walls[mode].append(wall)
                peaks[mode] = max(peaks[mode], *watch.peaks.values())
        for mode in MODES:
            wall = statistics.median(walls[mode])
            rate = f"{count / wall:,.0f}"
            if limits:
                cells = f"{wall:.2f} s", rate, *verdict(count / wall, limits[mode], "/s", at_least=True)[1:]
            else:
                cells = f"{wall:.2f} s", rate, *verdict(wall, 2, "s")[1:]
            table.row(f"{count:,}", NAMES[mode], *cells, f"{peaks[mode]:.0f} MB")

    def compare(self):
        """What was merged is the table as it is now."""
        rows = f"select {COLUMNS} from events"
        sums = [
            self.postgres.query(
                f"select count(*) || ' ' || sum(('x' || left(md5(row(r.*)::text), 8))::bit(32)::bigint) from ({rows}) r",
                database)
            for database in ("log", "log_append_dedup")]
        if sums[0] != sums[1]:
            sys.exit(f"bench: the merged table is not the source's: {sums[1]}, not {sums[0]}.")
        say(f"All {sums[0].split()[0]} rows that are left are equal in source and merged table.")
