"""The relay beside pipes, in turn: how fast records go through it, and what that takes of the processor and of memory."""
import os
import statistics
import subprocess
import sys
import time

import bench

COPIES = (2, 6)
# What a line may have at most, newline included, is 64 MiB.
LONG_LINE = 64_000_000
# Of the speed of the pipes, in percent, and of the attempt's processor time for a record, in nanoseconds.
LIMITS = {
    "as they are": (70, 350), "stream renamed": (60, 350), "every other line spaced otherwise": (None, 350),
    "11 of 12 fields": (20, 1000), "one field renamed": (20, 1000),
}
RENAMED = {"prefix": "new_", "namespaceDefinition": "customformat", "namespaceFormat": "other"}
FIELDS = [{"fieldPath": [name]} for name in bench.SCHEMA["properties"] if name != "score"]
SELECTION = {"fieldSelectionEnabled": True, "selectedFields": FIELDS}
MAPPER = {
    "type": "field-renaming", "mapperConfiguration": {"originalFieldName": "score", "newFieldName": "points"},
}
MEMORY_LIMIT = 80


class Relay:
    def __init__(self, directory, engine, connectors, records, rows, rounds):
        self.directory = directory
        self.engine = engine
        self.connectors = connectors
        self.records = records
        self.rows = rows
        self.rounds = rounds

    def run(self):
        lean = self.connectors.add(
            "destination-lean", "write", command=self.connectors.echo(),
            after=self.connectors.note("destination-lean.stamp"))
        grep = self.connectors.destination("destination-grep")
        self.lean = self.engine.connector("destination", lean, {})
        self.grep = self.engine.connector("destination", grep, {})
        self.speed()
        self.long_lines()

    # Records

    def speed(self):
        mixed = os.path.join(self.directory, "mixed.jsonl")
        with open(self.records, "rb") as lines, open(mixed, "wb", buffering=1 << 20) as out:
            for number, line in enumerate(lines):
                out.write(line.replace(b'{"type":', b'{"type": ', 1) if number % 2 else line)
        ways, refused = [], []
        for file, name, copies, more in (
                (self.records, "as they are", COPIES, {}), (self.records, "stream renamed", COPIES, RENAMED),
                (mixed, "every other line spaced otherwise", COPIES, {}),
                (self.records, "11 of 12 fields", COPIES[:1], {"config": SELECTION}),
                (self.records, "one field renamed", COPIES[:1], {"config": {"mappers": [MAPPER]}})):
            try:
                for count in copies:
                    ways.append(Way(self, len(ways), name, [file] * count, more))
            except bench.Refusal as refusal:
                refused.append((name, refusal.sentence))
        for number in range(self.rounds + 1):
            for way in ways:
                way.measure(counts=number > 0)  # the first is to warm up
        os.unlink(mixed)
        table = bench.Table(
            f"Relay of {os.path.getsize(self.records) / self.rows:.0f}-byte records, in turn with pipes, medians of "
            f"{self.rounds} (load {os.getloadavg()[0]:.1f})",
            "records", "Swiftlet", "cat\\|cat\\|cat", "of it", "limit", "met", "slowest and fastest round",
            "into grep, of cat\\|cat\\|grep", "attempt's CPU", "limit", "met", "attempt's peak memory", "limit", "met",
            "worker's (swiftlet up)", "limit", "met")
        for way in ways:
            table.row(*way.cells())
        for name, sentence in refused:
            table.row(name, f"refused: {sentence}", "", "", "", "NO")

    # Memory

    def long_lines(self):
        path = os.path.join(self.directory, "long.jsonl")
        count = 6
        with open(path, "w") as out:
            for number in range(count):
                head = '{"type":"RECORD","record":{"stream":"users","namespace":"public","data":{"id":%d,"email":"' % number
                tail = '"},"emitted_at":1700000000000}}'
                out.write(head + "x" * (LONG_LINE - len(head) - len(tail) - 1) + tail + "\n")
        source = self.engine.connector("source", self.connectors.source("source-long", [path]), {})
        table = bench.Table(
            f"Memory of the relay, {count} lines of {LONG_LINE / 1e6:.0f} MB", "records", "attempt's peak", "limit", "met",
            "worker's (swiftlet up)", "limit", "met")
        for name, naming in (("as they are", {}), ("stream renamed", {"prefix": "long_"})):
            connection = self.engine.connection(source, self.lean, **naming)
            with bench.Watch(self.engine) as watch:
                committed, _ = self.engine.sync(connection)
            if committed != count:
                sys.exit(f"bench: {committed} records were committed, not {count}.")
            table.row(
                name, *bench.verdict(watch.peaks.get("attempt", 0), 4 * LONG_LINE / 1e6, "MB"),
                *bench.verdict(watch.peaks.get("engine", 0), MEMORY_LIMIT, "MB"))
        os.unlink(path)


class Way:
    """One kind of records in one volume, and what was measured of it."""

    def __init__(self, relay, number, name, files, more):
        self.relay = relay
        self.name = name
        self.files = files
        self.size = sum(map(os.path.getsize, files))
        self.records = len(files) * relay.rows
        self.stamp = f"source-{number}"
        source = relay.engine.connector("source", relay.connectors.source(self.stamp, files), {})
        self.into = {
            "destination-lean": relay.engine.connection(source, relay.lean, **more),
            "destination-grep": relay.engine.connection(source, relay.grep, **more),
        }
        self.speeds, self.pipes, self.ratios, self.grep_ratios = [], [], [], []
        self.cpu, self.peaks, self.engines = [], [], []

    def measure(self, counts):
        cat = "cat " + " ".join(self.files)
        pipe = self.pipe(f"{cat} | cat | cat >/dev/null")
        speed, watch = self.sync("destination-lean")
        grep_pipe = self.pipe(f"{cat} | cat | LC_ALL=C grep -F --line-buffered '\"STATE\"' >/dev/null")
        grep_speed, _ = self.sync("destination-grep")
        if not counts:
            return
        self.speeds.append(speed)
        self.pipes.append(pipe)
        self.ratios.append(speed / pipe * 100)
        self.grep_ratios.append(grep_speed / grep_pipe * 100)
        self.cpu.append(watch.cpu.get("attempt", 0) / self.records * 1e9)
        self.peaks.append(watch.peaks.get("attempt", 0))
        self.engines.append(watch.peaks.get("engine", 0))

    def pipe(self, command):
        started = time.perf_counter()
        subprocess.run(["bash", "-c", command], check=True, stdout=subprocess.DEVNULL)
        return self.size / (time.perf_counter() - started) / 1e6

    def sync(self, destination):
        connectors = self.relay.connectors
        connectors.forget()
        with bench.Watch(self.relay.engine) as watch:
            committed, _ = self.relay.engine.sync(self.into[destination])
        if committed != self.records:
            sys.exit(f"bench: {committed} records were committed, not {self.records}.")
        return self.size / (connectors.stamp(destination) - connectors.stamp(self.stamp)) / 1e6, watch

    def cells(self):
        middle = statistics.median
        limit, cpu_limit = LIMITS[self.name]
        ratio = bench.verdict(middle(self.ratios), limit, "%", at_least=True) if limit else (
            f"{middle(self.ratios):.0f} %", "", "")
        return [
            f"{self.name}, {self.size / 1e9:.1f} GB", f"{middle(self.speeds):.0f} MB/s", f"{middle(self.pipes):.0f} MB/s",
            *ratio, f"{min(self.ratios):.0f} to {max(self.ratios):.0f} %", f"{middle(self.grep_ratios):.0f} %",
            *bench.verdict(middle(self.cpu), cpu_limit, "ns/record"),
            *bench.verdict(max(self.peaks), MEMORY_LIMIT, "MB"), *bench.verdict(max(self.engines), MEMORY_LIMIT, "MB"),
        ]
