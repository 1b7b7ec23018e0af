#!/usr/bin/env python3
"""Figures of Flow, the engine of durable workflows. A section of bench.py; alone: flow.py [part …] [--rounds N].

Both sides of a comparison use one throw-away PostgreSQL with its own defaults (fsync and synchronous_commit on), and
are measured in turn. DBOS comes from PyPI into a virtual environment that goes with the run.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

from bench import alone, Connectors, Engine, ROOT, Table, verdict

BENCH = os.path.join(ROOT, ".build/release/FlowBench")
STEPS = os.path.join(ROOT, "Benchmarks/dbos_steps.py")
PARTS = ["steps", "latency", "cancel", "claims", "workers"]
RUNS_AT_ONCE = 100
# Of the ways to run DBOS that its manual names, with its own size of pool and a larger one.
DBOS_WAYS = [("threads", 20), ("threads", 50), ("async", 20)]


class Flow:
    def __init__(self, directory, postgres, rounds=3, quick=False):
        self.directory = directory
        self.postgres = postgres
        self.rounds = rounds
        self.quick = quick
        self.databases = 0
        self.python = None

    def run(self, parts=None):
        for part in parts or PARTS:
            getattr(self, part)()

    # What is started

    def database(self):
        """The URL of a new database with our tables."""
        url = self.postgres.url(self.empty_database())
        self.call("migrate", url)
        return url

    def empty_database(self):
        self.databases += 1
        name = f"flow_{self.databases}"
        self.postgres.query(f"create database {name}")
        return name

    def call(self, command, url, **numbers):
        words = [f"{name}={value}" for name, value in numbers.items()]
        done = subprocess.run([BENCH, command, url, *words], stdout=subprocess.PIPE, text=True, timeout=300)
        if done.returncode:
            sys.exit(f"flow: FlowBench {command} failed")
        return json.loads(done.stdout) if done.stdout else None

    def start_workers(self, url, count, **numbers):
        words = [f"{name}={value}" for name, value in numbers.items()]
        return [subprocess.Popen([BENCH, "work", url, *words], stdin=subprocess.PIPE) for _ in range(count)]

    def stop(self, workers):
        for worker in workers:
            worker.stdin.close()
        for worker in workers:
            try:
                worker.wait(20)
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()

    def wait_for_workers(self, name, count):
        while int(self.postgres.query("select count(*) from worker where ended_at is null", name)) < count:
            time.sleep(0.05)

    # Steps recorded per second

    def steps(self):
        steps = 20 if self.quick else 50
        self.install_dbos()
        ours, sqlite, theirs = [], [], {way: [] for way in DBOS_WAYS}
        for _ in range(self.rounds):
            ours.append(self.call("steps", self.database(), runs=RUNS_AT_ONCE, steps=steps)["rate"])
            for way, pool in DBOS_WAYS:
                theirs[way, pool].append(self.dbos(way, pool, steps))
            path = os.path.join(self.directory, f"steps-{len(sqlite)}.db")
            self.call("migrate", f"sqlite://{path}")
            sqlite.append(self.call("steps", f"sqlite://{path}", runs=RUNS_AT_ONCE, steps=steps)["rate"])
        best = max(theirs, key=lambda way: statistics.median(theirs[way]))
        ratio = statistics.median(a / b for a, b in zip(ours, theirs[best]))
        table = Table(
            f"Steps recorded per second, {RUNS_AT_ONCE} runs at once of {steps} steps, one worker process, "
            f"medians of {self.rounds} in turn", "what", "measured", "limit", "met")
        table.row("Swiftlet on Postgres, 8 connections", f"{statistics.median(ours):,.0f}/s", "", "")
        for way, rates in theirs.items():
            table.row(f"DBOS {self.version}, {way[0]}, {way[1]} connections", f"{statistics.median(rates):,.0f}/s", "", "")
        table.row(f"Swiftlet to DBOS at its best ({best[0]}, {best[1]} connections)",
                  *verdict(ratio, 10, "times", "{:.1f}", at_least=True))
        table.row("the same, the floor", *verdict(ratio, 5, "times", "{:.1f}", at_least=True))
        table.row("Swiftlet on SQLite, synchronous=FULL",
                  *verdict(statistics.median(sqlite), 5000, "/s", "{:,.0f}", at_least=True))

    def install_dbos(self):
        if self.python:
            return
        home = os.path.join(self.directory, "dbos")
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
        self.python = os.path.join(home, "bin/python")
        subprocess.run([self.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "dbos"],
                       check=True)
        self.version = subprocess.run(
            [self.python, "-c", "from importlib.metadata import version; print(version('dbos'))"],
            check=True, stdout=subprocess.PIPE, text=True).stdout.strip()

    def dbos(self, way, pool, steps):
        url = self.postgres.url(self.empty_database()).replace("postgres://", "postgresql://", 1)
        done = subprocess.run([self.python, STEPS, url, way, str(RUNS_AT_ONCE), str(steps), str(pool)],
                              stdout=subprocess.PIPE, text=True, timeout=300, cwd=self.directory)
        if done.returncode:
            sys.exit("flow: DBOS failed")
        return json.loads(done.stdout.splitlines()[-1])["rate"]

    # From the start of a run to its body

    def latency(self):
        seconds = 3 if self.quick else 8
        middles, lasts, rates = [], [], []
        url = self.database()
        workers = self.start_workers(url, 1, seats=20)
        for _ in range(self.rounds):
            found = self.call("latencies", url, rate=100, count=100 * seconds)
            middles.append(found["latency"]["p50"])
            lasts.append(found["latency"]["p99"])
            rates.append(found["rate"])
        self.stop(workers)
        table = Table(f"Start of a run to the first line of its body, {statistics.median(rates):.0f} runs/s for "
                      f"{seconds} s, client and worker apart, medians of {self.rounds}", "what", "measured", "limit",
                      "met")
        table.row("p50", *verdict(statistics.median(middles), 15, "ms", "{:.1f}"))
        table.row("p99", *verdict(statistics.median(lasts), 60, "ms", "{:.1f}"))

    # From the cancellation to the end of the processes

    def cancel(self):
        url = self.database()
        workers = self.start_workers(url, 1, seats=20)
        found = self.call("cancel", url, rounds=10 if self.quick else 30)
        self.stop(workers)
        table = Table("Cancel", "what", "median", "slowest", "limit", "met")
        for key, name in (("told", "engine: the body is told"), ("gone", "engine: its program is gone")):
            slowest, limit, met = verdict(found[key]["max"], 1000, "ms")
            table.row(name, f"{found[key]['p50']:.0f} ms", slowest, limit, met)
        for name, trap, limit, rounds in (
                ("sync: source and destination gone", "", 1000, 5),
                ("sync: both gone, the source deaf to SIGTERM (grace 10 s)", "trap '' TERM; ", 11000, 1)):
            times = self.cancel_sync(trap, rounds)
            slowest, limit, met = verdict(max(times), limit, "ms")
            table.row(name, f"{statistics.median(times):.0f} ms", slowest, limit, met)

    def cancel_sync(self, trap, rounds):
        """How long the connectors of a sync lived after the API was told to cancel it, in milliseconds."""
        directory = tempfile.mkdtemp(prefix="cancel-", dir=self.directory)
        connectors = Connectors(directory)
        pids = os.path.join(directory, "pids")
        source = connectors.add("source-held", "read", before=f"{trap}echo $$ >>{pids}", command="exec sleep 600")
        destination = connectors.add(
            "destination-held", "write", before=f"echo $$ >>{pids}", command="exec cat >/dev/null")
        engine = Engine(directory, connectors.directory)
        times = []
        connection = engine.connection(
            engine.connector("source", source, {}), engine.connector("destination", destination, {}))
        for _ in range(rounds):
            open(pids, "w").close()
            job = engine("connections/sync", {"connectionId": connection})["job"]["id"]
            while len(self.lines(pids)) < 2:
                time.sleep(0.01)
            running = self.lines(pids)
            called = time.perf_counter()
            engine("jobs/cancel", {"id": job})
            while any(self.lives(pid) for pid in running):
                time.sleep(0.002)
            times.append((time.perf_counter() - called) * 1000)
            while engine("jobs/get_without_logs", {"id": job})["job"]["status"] != "cancelled":
                time.sleep(0.02)
        engine.stop()
        return times

    def lines(self, path):
        with open(path) as file:
            return file.read().split()

    def lives(self, pid):
        try:
            with open(f"/proc/{pid}/stat") as file:
                return file.read().rsplit(")", 1)[1].split()[0] not in "ZX"
        except OSError:
            return False

    # Claims beside a million of ended runs

    def claims(self):
        rows = 100_000 if self.quick else 1_000_000
        urls = {"empty": self.database(), "full": self.database()}
        self.fill(urls["full"].rsplit("/", 1)[1].split("?")[0], rows)
        found = {name: {"claim": [], "start": []} for name in urls}
        for _ in range(5):
            for name, url in urls.items():
                spread = self.call("claims", url, count=300, seats=10)
                for kind, values in found[name].items():
                    values.append(spread[kind]["p99"])
        table = Table(f"p99 of a claim beside {rows:,} ended runs, medians of 5 rounds in turn", "what", "empty",
                      "full", "ratio", "limit", "met")
        for kind, what in (("claim", "the claim's transaction"), ("start", "start of a run to its body")):
            empty, full = (statistics.median(found[name][kind]) for name in ("empty", "full"))
            table.row(what, f"{empty:.2f} ms", f"{full:.2f} ms", *verdict(full / empty, 1.5, "times", "{:.2f}"))

    def fill(self, name, rows):
        """Runs that have ended, each with its events and two steps."""
        self.postgres.query(f"""
            set session_replication_role = replica;
            insert into run (workflow, queue, state, priority, due_at, claims, lease_token, created_at, claimed_at,
                             ended_at, input, output)
            select 'stamp-start', 'main', 'succeeded', 20, t, 1, 1, t, t, t + 1000, '0', '1'
            from (select (extract(epoch from now()) * 1000000)::bigint - n * 1000000::bigint as t
                  from generate_series({rows}, 1, -1) n) times;
            insert into run_event (run_id, at, kind)
            select id, created_at, kind from run, (values ('created'), ('claimed'), ('succeeded')) kinds (kind);
            insert into run_step (run_id, name, lease_token, started_at, recorded_at, value)
            select id, 'step ' || n, 1, created_at, created_at + 1, n::text from run, generate_series(0, 1) n""", name)
        self.postgres.query("vacuum analyze", name)
        self.postgres.query("checkpoint", name)

    # More workers

    def workers_rate(self, count, runs, milliseconds):
        name = self.empty_database()
        url = self.postgres.url(name)
        self.call("migrate", url)
        workers = self.start_workers(url, count, seats=10, connections=4)
        self.wait_for_workers(name, count)
        found = self.call("waiters", url, runs=runs, milliseconds=milliseconds)
        self.stop(workers)
        return found["runs"] / found["seconds"]

    def workers(self):
        runs, milliseconds = 200, 500
        rates = {1: [], 4: []}
        for _ in range(self.rounds):
            for count, found in rates.items():
                found.append(self.workers_rate(count, runs, milliseconds))
        ratio = statistics.median(many / one for one, many in zip(rates[1], rates[4]))
        table = Table(f"Worker processes of 10 seats, {runs} runs that wait {milliseconds} ms for a program, medians of "
                      f"{self.rounds} in turn", "what", "measured", "limit", "met")
        for count, found in rates.items():
            table.row(f"{count} worker{'s' if count > 1 else ''}", f"{statistics.median(found):.0f} runs/s", "", "")
        table.row("4 workers to 1", *verdict(ratio, 3, "times", "{:.1f}", at_least=True))


if __name__ == "__main__":
    alone(__doc__, lambda directory, postgres, options: Flow(
        directory, postgres, options.rounds, options.quick).run(options.parts), PARTS)
