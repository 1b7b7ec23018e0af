#!/usr/bin/env python3
"""A large table from Postgres to Postgres: memory over time, and a kill in the middle. Parts of postgres.py, and alone."""
import argparse
import os
import shutil
import signal
import sys
import tempfile
import time

from bench import Connectors, Engine, Footprint, machine, Postgres, say, Table, verdict

# About how many rows lie between two states of the source, which are what a sync goes on from.
CHECKPOINT = 10_000


class Memory(Footprint):
    """The share of memory (Pss) of the engine, which may be started anew, and all that it starts, every half second."""

    def __init__(self, engine):
        super().__init__()
        self.engine = engine
        self.samples = []

    def __enter__(self):
        self.started = time.perf_counter()
        return super().__enter__()

    def run(self):
        while not self.stop.wait(0.5):
            self.roots = self.engine.pids
            shares = [figures[0] for pid in self.family() if (figures := self.figures(pid))]
            self.samples.append((time.perf_counter() - self.started, sum(shares)))

    @property
    def peak(self):
        return max((share for _, share in self.samples), default=0)

    def parts(self, count):
        """The peaks in parts of the time that are of one length."""
        end = self.samples[-1][0]
        parts = [[share for at, share in self.samples if i * end / count < at <= (i + 1) * end / count] for i in range(count)]
        return [max(part) for part in parts if part]


class Large:
    """Narrow tables of any size, each moved by a connection of its own."""

    def __init__(self, directory, postgres):
        self.postgres = postgres
        self.engine = Engine(directory, Connectors(tempfile.mkdtemp(dir=directory)).directory)
        for database in ("large", "large_copy"):
            postgres.query(f"create database {database}")
        self.destination = self.engine.connector(
            "destination", "swiftlet/destination-postgres", postgres.config("large_copy"))

    def fill(self, name, rows):
        self.postgres.query(
            f"create table {name} (id bigint not null, at timestamptz not null, note text);"
            f"insert into {name} select g, timestamptz '2023-01-01 00:00:00+00' + g * interval '1 second', 'note ' || g % 1000 "
            f"from generate_series(1::bigint, {rows}) g", "large")
        self.postgres.query(f"vacuum {name}", "large")

    def connection(self, name):
        source = self.engine.connector("source", "swiftlet/source-postgres", self.postgres.config("large"))
        found = self.engine("sources/discover_schema", {"sourceId": source})["catalog"]["streams"]
        stream = next(entry["stream"] for entry in found if entry["stream"]["name"] == name)
        return self.engine.connection(source, self.destination, stream, "overwrite", config={"primaryKey": []})

    def drop(self, name):
        for database in ("large", "large_copy"):
            self.postgres.query(f"drop table if exists {name}", database)

    def sync(self, connection, strike=None, half=0):
        """Its attempts and how long it took; `strike` is called once when half of the rows were committed."""
        started = time.perf_counter()
        job = self.engine("connections/sync", {"connectionId": connection})["job"]["id"]
        while True:
            info = self.engine("jobs/get_without_logs", {"id": job})
            stats = [entry["attempt"].get("totalStats") or {} for entry in info["attempts"]]
            if strike and sum(s.get("recordsCommitted", 0) for s in stats) >= half:
                strike()
                strike = None
            if info["job"]["status"] == "succeeded":
                if strike:
                    sys.exit("bench: the sync was over before anything was killed.")
                return stats, time.perf_counter() - started
            if info["job"]["status"] in ("failed", "cancelled"):
                sys.exit(f"bench: a sync did not succeed: {info}")
            time.sleep(0.05)

    def kill_source(self):
        family = Footprint(*self.engine.pids).family()
        for pid in family:
            try:
                with open(f"/proc/{pid}/cmdline", "rb") as file:
                    words = file.read().split(b"\0")
            except OSError:
                continue
            if b"source-postgres" in words and b"read" in words:
                return os.kill(pid, signal.SIGKILL)
        sys.exit("bench: there is no source to kill.")

    def kill_engine(self):
        """The worker is part of it. What it started ends by itself."""
        process = self.engine.processes.pop()
        process.kill()
        process.wait()
        self.engine.start("swiftlet", "up", "--port", str(self.engine.port))
        self.engine.await_health()

    def expect_whole(self, name, rows):
        """How many rows are there twice; each must be there once."""
        count, different, total = map(int, self.postgres.query(
            f"select count(*), count(distinct id), sum(distinct id) from {name}", "large_copy").split("|"))
        if different != rows or total != rows * (rows + 1) // 2:
            sys.exit(f"bench: {different} rows of {rows} arrived.")
        return count - rows

    def run(self, small, large):
        self.flat(small, large)
        self.kills(large)

    def flat(self, small, large):
        table = Table(
            "Memory of the engine and all that it starts (Pss), full refresh of narrow rows", "rows", "whole job", "rows/s",
            "peak memory", "limit", "met")
        peaks = []
        for rows in (small, large):
            name = f"narrow_{rows}"
            self.fill(name, rows)
            with Memory(self.engine) as memory:
                _, wall = self.sync(self.connection(name))
            peaks.append(memory.peak)
            flat = verdict(memory.peak, round(1.25 * peaks[0]), "MB")[1:] if len(peaks) > 1 else ("", "")
            table.row(f"{rows:,}", f"{wall:.1f} s", f"{rows / wall:,.0f}", f"{memory.peak:.0f} MB", *flat)
            if self.expect_whole(name, rows):
                sys.exit("bench: rows are there twice though nothing broke off.")
        self.drop(f"narrow_{small}")

    def kills(self, rows):
        name = f"narrow_{rows}"
        table = Table(
            f"{rows:,} rows, killed with SIGKILL when half was committed", "what", "whole job", "rows read again",
            "rows there twice in the end", "limit", "met")
        for what, strike in (("source", self.kill_source), ("engine with its worker", self.kill_engine)):
            stats, wall = self.sync(self.connection(name), strike, rows // 2)
            again, twice = self.repeated(stats, rows), self.expect_whole(name, rows)
            table.row(what, f"{wall:.1f} s", f"{again:,}", *verdict(twice, CHECKPOINT, "rows", "{:,}"))
        self.drop(name)

    def repeated(self, stats, rows):
        """What the second attempt read that the first one had read: a batch that the destination had not committed, and what
        was on its way. Of an engine that was killed the first one's last moments are not known."""
        if len(stats) != 2:
            sys.exit(f"bench: {len(stats)} attempts, not 2: {stats}")
        return sum(s["recordsEmitted"] for s in stats) - rows

    def soak(self, rows):
        """One long sync with a kill in its middle."""
        name = f"narrow_{rows}"
        say(f"Making {rows:,} rows.")
        self.fill(name, rows)
        connection = self.connection(name)
        with Memory(self.engine) as memory:
            stats, wall = self.sync(connection, self.kill_source, rows // 2)
        again, twice = self.repeated(stats, rows), self.expect_whole(name, rows)
        table = Table(f"{rows:,} rows in one sync, the source killed in the middle", "what", "measured", "limit", "met")
        table.row("whole job", f"{wall:.0f} s, {rows / wall:,.0f} rows/s", "", "")
        table.row("rows read again", f"{again:,}", "", "")
        table.row("rows there twice in the end", *verdict(twice, CHECKPOINT, "rows", "{:,}"))
        parts = memory.parts(10)
        table.row("peak memory in each tenth of the time", ", ".join(f"{part:.0f}" for part in parts) + " MB", "", "")
        table.row("the last half's to the first half's", *verdict(max(parts[5:]) / max(parts[:5]), 1.25, "×", "{:.2f}"))


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rows", type=int, default=50_000_000, help="about 400 bytes of disk each, the log included")
    options.add_argument("--work", help="where to put the files; default: a temporary directory")
    options = options.parse_args()
    say(f"Machine: {machine()}; load before the start: {os.getloadavg()[0]:.1f}")
    directory = tempfile.mkdtemp(prefix="swiftlet-soak-", dir=options.work)
    os.chmod(directory, 0o755)
    postgres = Postgres(directory)
    try:
        large = Large(directory, postgres)
        try:
            large.soak(options.rows)
        finally:
            large.engine.stop()
    finally:
        postgres.stop()
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
