#!/usr/bin/env python3
"""Many syncs at once: whether each gets its turn, and what memory they take. A section of bench.py, and alone."""
import os
import shutil
import statistics
import sys
import threading
import time

from bench import alone, Connectors, Engine, Footprint, Table, verdict, write_records

SYNCS = 50
MEMORY_LIMIT = 20
# If each were run after the one before, the last would end at twice the time of the middle one, give or take. Those that
# run already and go on together are to end together.
SPREAD_LIMITS = {"from the trigger": 2.5, "all running, from their common release": 1.5}
PARTS = 10
PATIENCE = 300


class Many:
    def __init__(self, directory, postgres, quick=False):
        self.directory = os.path.join(directory, "many")
        os.makedirs(self.directory)
        self.postgres = postgres
        self.part = 1000 if quick else 10_000
        self.rows = PARTS * self.part
        self.connectors = Connectors(self.directory)
        # A file for each source that has come to the gate, the gate, and the times at which destinations have ended.
        self.ready, self.gate, self.ended = (os.path.join(self.directory, name) for name in ("ready", "gate", "ended"))
        os.makedirs(self.ready)
        os.makedirs(self.ended)

    def run(self):
        part = os.path.join(self.directory, "part.jsonl")
        write_records(part, self.part)
        # Where there is a gate, it waits after its first part for somebody to open it.
        source = self.connectors.add(
            "source-gated", "read",
            before=f"cat {part}; if [ -p {self.gate} ]; then >{self.ready}/$$; : <{self.gate}; fi",
            command="exec cat" + f" {part}" * (PARTS - 1))
        destination = self.connectors.add(
            "destination-lean", "write", command=self.connectors.echo(), after=f"echo $EPOCHREALTIME >{self.ended}/$$")
        for name, postgres in (("SQLite, one process", None), ("Postgres, separate programs", self.postgres)):
            engine = Engine(self.directory, self.connectors.directory, postgres, {"MAX_SYNC_WORKERS": str(SYNCS)})
            try:
                self.measure(name, engine, source, destination)
            finally:
                engine.stop()
        shutil.rmtree(self.directory)

    def measure(self, name, engine, source, destination):
        source = engine.connector("source", source, {})
        destination = engine.connector("destination", destination, {})
        connections = [
            engine.connection(source, destination, prefix=f"s{number}_") for number in range(SYNCS)]
        engine.sync(connections[0])  # to warm up
        table = Table(f"{SYNCS} syncs at once, {name}, {self.rows:,} records each (load {os.getloadavg()[0]:.1f})",
                      "what", "measured", "limit", "met")
        self.clear(self.ended)
        triggered = time.time()
        self.trigger(engine, connections)
        at_once = self.ends(engine, triggered)
        released, footprint = self.hold(engine, connections)
        for when, ends in zip(SPREAD_LIMITS, (at_once, released)):
            self.report(table, when, *ends)
        table.row("memory with all running, worker and attempts, Pss",
                  *verdict(footprint.share, SYNCS * MEMORY_LIMIT, "MB"))
        table.row("of it the worker" + ("" if name.startswith("P") else " (swiftlet up)"),
                  f"{footprint.root_share:.0f} MB", "", "")
        table.row("the same resident, shared pages counted for each process", f"{footprint.resident:.0f} MB", "", "")

    def trigger(self, engine, connections):
        start = threading.Barrier(len(connections))

        def sync(connection):
            start.wait()
            engine("connections/sync", {"connectionId": connection})

        threads = [threading.Thread(target=sync, args=(connection,)) for connection in connections]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def hold(self, engine, connections):
        """Stops every sync on its way until all are there; when each ended after that, and what they took meanwhile."""
        self.clear(self.ready)
        self.clear(self.ended)
        os.mkfifo(self.gate)
        worker = engine.processes[0 if len(engine.processes) == 1 else 1].pid
        with Footprint(worker, generations=1) as footprint:
            self.trigger(engine, connections)
            patience = time.time() + PATIENCE
            while len(os.listdir(self.ready)) < SYNCS:
                if time.time() > patience:
                    sys.exit(f"many: only {len(os.listdir(self.ready))} of {SYNCS} sources ran at once.")
                time.sleep(0.05)
            time.sleep(1)  # to be measured
            released = time.time()
            # Opened for both it waits for no reader, and those who come later find it open.
            gate = os.open(self.gate, os.O_RDWR)
            ends = self.ends(engine, released)
        os.close(gate)
        os.unlink(self.gate)
        if footprint.processes < SYNCS + 1:
            sys.exit(f"many: no more than {footprint.processes} processes of ours were measured at once.")
        return ends, footprint

    def clear(self, directory):
        for name in os.listdir(directory):
            os.unlink(os.path.join(directory, name))

    def ends(self, engine, since):
        """When each destination had ended, in order, and the last job, in seconds. All have succeeded at once."""
        jobs = []
        while any(info["job"]["status"] != "succeeded" for info in jobs) or not jobs:
            time.sleep(0.1)
            # The newest, which are those that were triggered together.
            jobs = engine("jobs/list", {"configTypes": ["sync"], "pagination": {"pageSize": SYNCS}})["jobs"]
            for info in jobs:
                if info["job"]["status"] in ("failed", "cancelled") or len(info["attempts"]) > 1:
                    sys.exit(f"many: a job did not succeed at once: {info}")
            if time.time() - since > PATIENCE:
                sys.exit(f"many: some of {SYNCS} syncs did not end.")
        last = time.time() - since
        committed = [sum(a["totalStats"].get("recordsCommitted", 0) for a in info["attempts"]) for info in jobs]
        if committed != [self.rows] * SYNCS:
            sys.exit(f"many: {committed} records were committed, not {self.rows} by each.")
        ends = []
        for name in os.listdir(self.ended):
            with open(os.path.join(self.ended, name)) as file:
                ends.append(float(file.read()) - since)
        return sorted(ends), last

    def report(self, table, when, ends, last):
        middle = statistics.median(ends)
        table.row(f"{when}: succeeded at once, with all records", *verdict(len(ends), SYNCS, "syncs", at_least=True))
        table.row(f"{when}: first, middle and last destination at its end",
                  f"{ends[0]:.2f}, {middle:.2f} and {ends[-1]:.2f} s", "", "")
        table.row(f"{when}: last to middle", *verdict(ends[-1] / middle, SPREAD_LIMITS[when], "times", "{:.2f}"))
        table.row(f"{when}: last job at its end", f"{last:.2f} s, {SYNCS * self.rows / last:,.0f} records/s", "", "")


if __name__ == "__main__":
    alone(__doc__, lambda directory, postgres, options: Many(directory, postgres, options.quick).run())
