#!/usr/bin/env python3
"""From Postgres to Postgres through the whole engine, beside what a user would pick instead. A section of bench.py, and alone."""
import os
import statistics
import subprocess
import sys
import time

from bench import alone, Connectors, Engine, PROGRAMS, ROOT, say, status, Table, verdict, Watch

SHARED = os.path.join(os.path.dirname(ROOT), "shared", "bench")
OURS = "ours"
COLUMNS = "id, email, name, age, balance, score, active, updated_at, born, uid::text as uid, plan, meta"
FASTEST_PEER, SLOW_PEER, FLOOR = "ingestr", "sling", "copy-final"
PARTS = ("peers", "merged", "changes", "large", "spec")


class PostgresToPostgres:
    def __init__(self, directory, postgres, options):
        self.directory = directory
        self.postgres = postgres
        self.options = options
        self.table = "users_100k" if options.quick else "users_1m"
        self.rows = 100_000 if options.quick else 1_000_000

    def run(self):
        parts = getattr(self.options, "parts", None) or PARTS
        if "spec" in parts:
            self.specification()
        if "peers" in parts or "merged" in parts:
            self.users(parts)
        if "changes" in parts:
            self.changes()
        if "large" in parts:
            self.large()

    def users(self, parts):
        for database in ("src", "dst", "merged"):
            self.postgres.query(f"create database {database}")
        self.psql("src", "-f", os.path.join(SHARED, "seed.sql"))
        # One of the peers cannot write a uuid.
        self.postgres.query(
            f"create or replace view {self.table}_txt as select {COLUMNS} from {self.table}", "src")
        self.engine = Engine(self.directory, Connectors(self.directory).directory)
        try:
            self.source = self.engine.connector("source", "swiftlet/source-postgres", self.postgres.config("src"))
            found = self.engine("sources/discover_schema", {"sourceId": self.source})["catalog"]["streams"]
            self.stream = next(e["stream"] for e in found if e["stream"]["name"] == self.table)
            if "peers" in parts:
                self.beside_peers()
            if "merged" in parts:
                self.merged()
        finally:
            self.engine.stop()
            for database in ("src", "dst", "merged"):
                self.postgres.query(f"drop database {database}")

    def psql(self, database, *arguments):
        subprocess.run(
            ["psql", "-h", "127.0.0.1", "-p", str(self.postgres.port), "-U", "postgres", "-d", database, "-q",
             "-v", "ON_ERROR_STOP=1", *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def destination(self, database):
        return self.engine.connector("destination", "swiftlet/destination-postgres", self.postgres.config(database))

    # Full refresh

    def beside_peers(self):
        connection = self.engine.connection(self.source, self.destination("dst"), self.stream, "overwrite")
        command = f"python3 {os.path.abspath(__file__)} --sync {self.engine.port} {connection}"
        environment = dict(
            os.environ, WORK=os.path.join(self.options.work or "/tmp", "swiftlet-peers"), PGPORT_BENCH=str(self.postgres.port),
            ROUNDS=str(self.options.rounds), OURS=command, ALSO=",".join(map(str, self.engine.pids)))
        script = open(os.path.join(SHARED, "peers.sh")).read().replace("users_1m", self.table)
        own = os.path.join(self.directory, "peers.sh")
        with open(own, "w") as file:
            file.write(script.replace('HERE=$(cd "$(dirname "$0")" && pwd)', f"HERE={SHARED}"))
        output = subprocess.run(["bash", own], env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
        figures = {}
        for line in output.splitlines():
            name, *rest = line.split()
            values = dict(part.split("=") for part in rest)
            if values["rc"] != "0":
                say(f"{name} failed: {line}")
                continue
            figures.setdefault(name, []).append(tuple(float(values[k].rstrip("sMB")) for k in ("wall", "cpu", "rss")))
        table = Table(
            f"Postgres to Postgres, {self.rows:,} rows, full refresh, {self.options.rounds} rounds in turn",
            "who", "median", "fastest", "rows/s", "CPU µs/row", "peak memory")
        for name, runs in figures.items():
            walls = [wall for wall, _, _ in runs]
            wall = statistics.median(walls)
            table.row(name, f"{wall:.2f} s", f"{min(walls):.2f} s", f"{self.rows / wall:,.0f}",
                      f"{statistics.median(cpu for _, cpu, _ in runs) / self.rows * 1e6:.1f}",
                      f"{max(memory for _, _, memory in runs):.0f} MB")
        median = {name: statistics.median(wall for wall, _, _ in runs) for name, runs in figures.items()}
        if OURS in median:
            for name, limit in ((FASTEST_PEER, 1), (SLOW_PEER, 0.5), (FLOOR, 1.3)):
                if name in median:
                    say(f"ours / {name}: " + ", ".join(verdict(median[OURS] / median[name], limit, "×", "{:.2f}")))
            self.compare("dst")

    def compare(self, database):
        """Row for row, through a copy of the source's table beside what arrived."""
        self.psql(database, "-c", f"drop table if exists expected; create table expected as select {COLUMNS} from "
                  f"public.{self.table} limit 0")
        dump = f"copy (select {COLUMNS} from {self.table}) to stdout"
        connect = f"psql -h 127.0.0.1 -p {self.postgres.port} -U postgres -q"
        subprocess.run(["bash", "-o", "pipefail", "-c", f"{connect} -d src -c '{dump}' | {connect} -d {database} -c 'copy expected from stdin'"],
                       check=True)
        arrived = f"select {COLUMNS} from public.{self.table}"
        wrong = self.postgres.query(
            f"select (select count(*) from (table expected except all {arrived}) a) + "
            f"(select count(*) from ({arrived} except all table expected) b)", database)
        if wrong.strip() != "0":
            sys.exit(f"bench: {wrong.strip()} rows differ between source and destination.")
        say(f"All {self.rows:,} rows are equal in source and destination.")

    # Merged by key

    def merged(self):
        config = {"syncMode": "incremental", "cursorField": ["updated_at"], "primaryKey": [["id"]]}
        connection = self.engine.connection(
            self.source, self.destination("merged"), self.stream, "append_dedup", config=config)
        table = Table("The same table, incremental and merged by key", "what", "whole job", "peak memory of a process")
        changed = 10_000
        for name, count in ((f"{self.rows:,} rows at first", self.rows), (f"{changed:,} changed rows", changed)):
            walls, peak = [], 0
            for _ in range(1 if count == self.rows else self.options.rounds):
                if count != self.rows:
                    self.postgres.query(
                        f"update {self.table} set updated_at = greatest(updated_at, timestamptz '2030-01-01') + interval '1 hour', "
                        f"name = name || '!' where id % {self.rows // changed} = 0", "src")
                with Watch(self.engine) as watch:
                    committed, wall = self.engine.sync(connection)
                if committed < count:
                    sys.exit(f"bench: {committed} records were committed, not {count}.")
                walls.append(wall)
                peak = max(peak, *watch.peaks.values())
            wall = statistics.median(walls)
            limit = ", ".join(verdict(wall, 1, "s", "{:.2f}")) if count == changed else f"{wall:.2f} s"
            table.row(name, limit, f"{peak:.0f} MB")
        self.compare("merged")


    # From the log, and larger

    def changes(self):
        from changes import Changes  # which imports the same module
        engine = Engine(self.directory, self.directory)
        try:
            Changes(engine, self.postgres, self.options).run()
        finally:
            engine.stop()

    def large(self):
        from soak import Large  # which imports the same module
        large = Large(self.directory, self.postgres)
        try:
            large.run(*(n // (10 if self.options.quick else 1) for n in (1_000_000, 5_000_000)))
        finally:
            large.engine.stop()

    # The program itself

    def specification(self):
        command = [os.path.join(PROGRAMS, "swiftlet-connector"), "source-postgres", "spec"]
        times = []
        for _ in range(50):
            started = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            times.append((time.perf_counter() - started) * 1000)
        table = Table("swiftlet-connector source-postgres spec", "what", "measured", "limit", "met")
        table.row("from start to end, median of 50", *verdict(statistics.median(times), 20, "ms", "{:.1f}"))
        table.row("slowest", *verdict(max(times), 20, "ms", "{:.1f}"))
        table.row("peak memory", *verdict(max(self.peak_at_end(command) for _ in range(5)), 20, "MB", "{:.1f}"))

    def peak_at_end(self, command):
        """The most memory that a program has taken when it writes the last of its output, into a pipe that is full."""
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        try:
            while True:
                os.write(writing, b" ")
        except BlockingIOError:
            os.set_blocking(writing, True)
        child = subprocess.Popen(command, stdout=writing)
        os.close(writing)
        peak, quiet = 0, 0
        while quiet < 20:
            time.sleep(0.005)
            seen = status(child.pid, "VmHWM")["VmHWM"]
            peak, quiet = seen, quiet + 1 if seen == peak else 0
        while os.read(reading, 1 << 16):
            pass
        os.close(reading)
        if child.wait() != 0:
            sys.exit("bench: the program failed.")
        return peak / 1024


def sync(port, connection):
    """One sync to its end, for a program that measures this one."""
    engine = Engine.__new__(Engine)
    engine.port = port
    engine.sync(connection)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--sync"]:
        sync(int(sys.argv[2]), sys.argv[3])
    else:
        alone(__doc__, lambda directory, postgres, options: PostgresToPostgres(directory, postgres, options).run(), parts=PARTS)
