#!/usr/bin/env python3
"""Figures of the release programs, beside what they are measured against. See docs/benchmarks.md.

Everything is made here: the records, the connectors, a throw-away PostgreSQL; nothing is left behind.
"""
import argparse
import glob
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROGRAMS = os.path.join(ROOT, ".build/release")
TICK = os.sysconf("SC_CLK_TCK")
SECTIONS = ["start", "trigger", "relay", "rows", "many", "postgres", "peers", "flow", "schedules", "api"]


def say(text=""):
    print(text, flush=True)


class Table:
    """Rows of text under a heading, printed as Markdown as they come."""

    def __init__(self, title, *columns):
        say(f"\n## {title}\n")
        say("| " + " | ".join(columns) + " |")
        say("|" + " --- |" * len(columns))

    def row(self, *cells):
        say("| " + " | ".join(str(cell) for cell in cells) + " |")


def verdict(value, limit, unit, form="{:.0f}", at_least=False):
    met = value >= limit if at_least else value <= limit
    sign = "≥" if at_least else "≤"
    return f"{form.format(value)} {unit}", f"{sign} {limit:g} {unit}", "yes" if met else "NO"


# What the sources send


def record(i):
    names = ["Ada", "Grace", "Linus", "Zoë", "李", "Olga", "Søren", "Maya"]
    return {
        "id": i, "email": f"user{i}@ex.io", "name": None if i % 17 == 0 else f"{names[i % 8]} {i:06x}",
        "age": 18 + i * 7 % 70, "balance": (i * 7919 % 100000000) / 100, "score": (i * 31 % 2000000) / 1000 - 1000,
        "active": i % 3 != 0,
        "updated_at": f"2023-{1 + i % 12:02d}-{1 + i % 28:02d}T{i % 24:02d}:{i % 60:02d}:{i * 7 % 60:02d}.{i:06d}Z",
        "born": f"19{50 + i % 50}-{1 + i % 12:02d}-{1 + i % 28:02d}", "uid": f"{i:032x}",
        "plan": ("free", "pro", "team")[i % 3],
        "meta": None if i % 11 == 0 else {"n": i % 100, "note": "a \"quoted\" text, {braces} and \\ slashes"},
    }


SCHEMA = {
    "type": "object",
    "properties": {
        "id": {"type": "integer"}, "email": {"type": "string"}, "name": {"type": ["null", "string"]},
        "age": {"type": "integer"}, "balance": {"type": "number"}, "score": {"type": "number"},
        "active": {"type": "boolean"},
        "updated_at": {"type": "string", "format": "date-time", "airbyte_type": "timestamp_with_timezone"},
        "born": {"type": "string", "format": "date"}, "uid": {"type": "string"}, "plan": {"type": "string"},
        "meta": {"type": ["null", "object"]},
    },
}
STREAM = {
    "name": "users", "namespace": "public", "jsonSchema": SCHEMA, "supportedSyncModes": ["full_refresh"],
    "sourceDefinedPrimaryKey": [["id"]],
}
CATALOG = {
    "type": "CATALOG",
    "catalog": {
        "streams": [{
            "name": "users", "namespace": "public", "json_schema": SCHEMA, "supported_sync_modes": ["full_refresh"],
            "source_defined_primary_key": [["id"]],
        }]
    },
}
SPEC = {
    "type": "SPEC",
    "spec": {
        "connectionSpecification": {"type": "object", "properties": {}}, "supportsIncremental": True,
        "supported_destination_sync_modes": ["overwrite", "append", "append_dedup"],
    },
}


def write_records(path, count):
    """RECORD lines of about 360 bytes, with a STATE line every 10,000."""
    descriptor = {"name": "users", "namespace": "public"}
    with open(path, "w", encoding="utf-8", buffering=1 << 20) as out:
        for i in range(1, count + 1):
            data = json.dumps(record(i), ensure_ascii=False, separators=(",", ":"))
            out.write('{"type":"RECORD","record":{"stream":"users","namespace":"public","data":' + data
                      + ',"emitted_at":1700000000000}}\n')
            if i % 10000 == 0 or i == count:
                state = {"type": "STREAM", "stream": {"stream_descriptor": descriptor, "stream_state": {"id": i}},
                         "sourceStats": {"recordCount": float((i - 1) % 10000 + 1)}}
                out.write(json.dumps({"type": "STATE", "state": state}) + "\n")


class Connectors:
    """`exec:` connectors, written as shell scripts. When each began and ended is in files beside them."""

    def __init__(self, directory):
        self.directory = os.path.join(directory, "connectors")
        os.makedirs(self.directory)

    def stamp(self, name):
        path = os.path.join(self.directory, f"{name}.stamp")
        try:
            with open(path) as file:
                return float(file.read())
        except (OSError, ValueError):
            return None

    def forget(self):
        for path in glob.glob(os.path.join(self.directory, "*.stamp")):
            os.unlink(path)

    def add(self, name, word, before="", command="", after=""):
        path = os.path.join(self.directory, name)
        for file, content in ((f"{path}.spec", SPEC), (f"{path}.catalog", CATALOG)):
            with open(file, "w") as out:
                out.write(json.dumps(content) + "\n")
        with open(path, "w") as out:
            out.write(f"""#!/bin/bash
case "$1" in
spec) cat {path}.spec ;;
check) echo '{{"type":"CONNECTION_STATUS","connectionStatus":{{"status":"SUCCEEDED"}}}}' ;;
discover) cat {path}.catalog ;;
{word})
    {before}
    {command}
    {after}
    exit 0 ;;
esac
""")
        os.chmod(path, 0o755)
        return f"exec:{name}"

    def source(self, name, files):
        """Cats files; where there are none it has one thing to say, for a source that is mute has failed."""
        silent = """echo '{"type":"LOG","log":{"level":"INFO","message":"There is nothing to read."}}'"""
        command = "exec cat " + " ".join(files) if files else silent
        return self.add(name, "read", before=self.note(f"{name}.stamp"), command=command)

    def destination(self, name):
        """Reads everything, echoes the states."""
        return self.add(
            name, "write", command="LC_ALL=C grep -F --line-buffered '\"STATE\"'",
            after=self.note(f"{name}.stamp"))

    def echo(self):
        """The program of the leanest destination there can be."""
        program = os.path.join(self.directory, "echo")
        if not os.path.exists(program):
            subprocess.run(["clang", "-O2", "-o", program, os.path.join(ROOT, "Benchmarks/echo.c")], check=True)
        return program

    def note(self, file, time="$EPOCHREALTIME"):
        # Renamed, so that nobody reads half a number.
        path = os.path.join(self.directory, file)
        return f"echo {time} >{path}.new; mv {path}.new {path}"


# Processes


def status(pid, *names):
    found = {}
    with open(f"/proc/{pid}/status") as file:
        for line in file:
            name, _, rest = line.partition(":")
            if name in names:
                found[name] = int(rest.split()[0])
    return found


class Watch:
    """Samples memory and processor time of the attempt process, its connectors and the engine while a job runs."""

    def __init__(self, engine):
        self.engine = engine
        self.peaks = {}
        self.cpu = {}
        self.stop = threading.Event()

    def __enter__(self):
        for pid in self.engine.pids:
            # A new peak from here on.
            try:
                with open(f"/proc/{pid}/clear_refs", "w") as file:
                    file.write("5")
            except OSError:
                pass
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join()

    def run(self):
        known = {}
        for turn in range(1 << 30):
            if self.stop.wait(0.03):
                return
            # Looking for processes costs more than looking at them.
            if turn % 20 == 0 or "source" not in known.values():
                known = self.find()
            for pid, kind in known.items():
                try:
                    self.note(pid, kind)
                except OSError:
                    pass

    def find(self):
        families = parents()
        found = {pid: "engine" for pid in self.engine.pids}
        attempts = [pid for pid, parent in families.items() if found.get(parent) == "engine"]
        found.update((pid, "attempt") for pid in attempts)
        for pid, parent in families.items():
            if parent in attempts:
                try:
                    with open(f"/proc/{pid}/cmdline", "rb") as file:
                        words = file.read().split(b"\0")
                except OSError:
                    continue
                if len(words) > 2 and b"attempt" not in words:  # else not yet the connector's own program
                    found[pid] = "destination" if b"write" in words else "source"
        return found

    def note(self, pid, kind):
        with open(f"/proc/{pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        ticks = int(fields[11]) + int(fields[12])
        self.cpu[kind] = max(self.cpu.get(kind, 0), ticks / TICK)
        peak = status(pid, "VmHWM").get("VmHWM", 0) / 1024
        self.peaks[kind] = max(self.peaks.get(kind, 0), peak)


class Footprint:
    """The most memory that processes and their descendants took together, seen five times a second."""

    def __init__(self, *roots, generations=1 << 30):
        self.roots = roots
        self.generations = generations
        self.share = self.resident = self.root_share = self.processes = 0
        self.stop = threading.Event()

    def __enter__(self):
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join()

    def run(self):
        while not self.stop.wait(0.2):
            family = self.family()
            found = {pid: figures for pid in family if (figures := self.figures(pid))}
            share = sum(pss for pss, _ in found.values())
            if share > self.share:
                self.share, self.processes = share, len(found)
                self.root_share = sum(found[pid][0] for pid in self.roots if pid in found)
                self.resident = sum(rss for _, rss in found.values())

    def family(self):
        children = {}
        for pid, parent in parents().items():
            children.setdefault(parent, []).append(pid)
        family, young = set(self.roots), set(self.roots)
        for _ in range(self.generations):
            young = {child for pid in young for child in children.get(pid, [])} - family
            if not young:
                break
            family |= young
        return family

    def figures(self, pid):
        """Its share of what it uses together with others, and all that it uses, in MB."""
        try:
            with open(f"/proc/{pid}/smaps_rollup") as file:
                found = {line.split(":")[0]: int(line.split()[1]) for line in file if line.startswith(("Pss:", "Rss:"))}
        except OSError:
            return None
        return (found["Pss"] / 1024, found["Rss"] / 1024) if found else None


def parents():
    """The parent of every process there is."""
    found = {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/stat") as file:
                found[int(entry)] = int(file.read().rsplit(")", 1)[1].split()[1])
        except OSError:
            pass
    return found


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Postgres:
    """A server of our own. It refuses to run as root, so root hands it to the user postgres."""

    def __init__(self, directory):
        homes = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: float(path.split("/")[4]))
        if not homes:
            sys.exit("bench: no PostgreSQL server found: run make setup")
        self.home = homes[-1]
        self.directory = os.path.join(directory, "postgres")
        self.port = free_port()
        os.makedirs(self.directory)
        if os.getuid() == 0:
            shutil.chown(self.directory, "postgres")
        data = os.path.join(self.directory, "data")
        self.run("initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8")
        options = (f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.directory} "
                   "-c max_wal_size=4GB -c max_connections=300 -c wal_level=logical")
        self.run("pg_ctl", "-D", data, "-l", os.path.join(self.directory, "log"), "-w", "-o", options, "start")
        self.data = data
        self.version = self.query("show server_version").split()[0]

    def run(self, program, *arguments):
        prefix = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        done = subprocess.run(prefix + [os.path.join(self.home, program), *arguments], cwd="/",
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            sys.exit(f"bench: {program}: {done.stdout[-2000:]}")

    def query(self, sql, database="postgres"):
        return subprocess.run(
            ["psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-d", database, "-qAt",
             "-v", "ON_ERROR_STOP=1", "-c", sql],
            check=True, stdout=subprocess.PIPE, text=True).stdout.strip()

    def fill(self, database, rows):
        """Makes a database with a table of users."""
        self.query(f"create database {database}")
        self.query(f"""
            create table users (id bigint primary key, email text not null, name text, age int, balance numeric(12,2),
                score double precision, active boolean, updated_at timestamptz not null, born date, uid uuid,
                plan varchar(8), meta jsonb);
            insert into users select g, 'user' || g || '@ex.io',
                case when g % 17 > 0 then 'Søren ' || left(md5(g::text), 6) end, 18 + g * 7 % 70,
                g * 7919 % 100000000 / 100.0, round((sin(g) * 1000)::numeric, 4), g % 3 <> 0,
                timestamptz '2023-01-01 00:00:00+00' + g * 13 % 31536000 * interval '1 second',
                date '1950-01-01' + (g % 20000)::int, md5('u' || g)::uuid, (array['free', 'pro', 'team'])[1 + g % 3],
                case when g % 11 > 0 then jsonb_build_object('n', g % 100) end
            from generate_series(1::bigint, {rows}) g""", database)
        self.query("vacuum analyze", database)

    def url(self, database):
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}?sslmode=disable"

    def config(self, database):
        return {"host": "127.0.0.1", "port": self.port, "database": database, "username": "postgres", "password": "x",
                "schema": "public", "schemas": ["public"], "ssl_mode": {"mode": "disable"}}

    def stop(self):
        self.run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")


class Refusal(SystemExit):
    """The API's answer to what it does not do; ends the program where nobody expects it."""

    def __init__(self, operation, code, answer):
        super().__init__(f"bench: {operation} answered {code}: {answer[:2000]}")
        try:
            self.sentence = json.loads(answer)["message"]
        except (ValueError, KeyError, TypeError):
            self.sentence = answer[:200]


class Engine:
    """Swiftlet, with its API: `swiftlet up` on SQLite or the four programs on Postgres."""

    def __init__(self, directory, connectors, postgres=None, settings=None):
        self.directory = tempfile.mkdtemp(prefix="engine-", dir=directory)
        self.port = free_port()
        self.processes = []
        self.environment = dict(os.environ, SWIFTLET_CONNECTOR_PATH=connectors, SWIFTLET_DATA=self.directory)
        for name in ("DATABASE_URL", "SWIFTLET_KEY", "SWIFTLET_KEY_FILE"):
            self.environment.pop(name, None)
        self.environment.update(settings or {})
        self.started = time.perf_counter()
        if postgres is None:
            self.start("swiftlet", "up", "--port", str(self.port))
        else:
            database = f"engine_{self.port}"
            postgres.query(f"create database {database}")
            self.environment.update(DATABASE_URL=postgres.url(database), SWIFTLET_KEY=os.urandom(32).hex())
            subprocess.run([os.path.join(PROGRAMS, "swiftlet-bootloader")], env=self.environment, check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self.started = time.perf_counter()
            self.start("swiftlet-server", "--port", str(self.port))
            self.start("swiftlet-worker")
            self.start("swiftlet-cron")
        self.await_health()

    def start(self, program, *arguments):
        with open(os.path.join(self.directory, "output.log"), "ab") as log:
            self.processes.append(subprocess.Popen(
                [os.path.join(PROGRAMS, program), *arguments], env=self.environment, stdout=log, stderr=log))

    @property
    def pids(self):
        return [process.pid for process in self.processes]

    def await_health(self):
        for _ in range(20000):
            if any(process.poll() is not None for process in self.processes):
                sys.exit(f"bench: a program ended early:\n{open(os.path.join(self.directory, 'output.log')).read()}")
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/v1/health", timeout=2) as answer:
                    if json.load(answer).get("available"):
                        self.healthy_after = time.perf_counter() - self.started
                        return
            except OSError:
                pass
            time.sleep(0.002)
        sys.exit("bench: the engine did not become healthy.")

    def __call__(self, operation, body):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v1/{operation}", data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=600) as answer:
                return json.load(answer) if answer.status != 204 else None
        except urllib.error.HTTPError as error:
            raise Refusal(operation, error.code, error.read().decode())

    def connector(self, kind, image, config, tag="1"):
        """Makes a source or destination of an image; natives have a definition already."""
        definitions = self(f"{kind}_definitions/list", {})[f"{kind}Definitions"]
        found = next((d for d in definitions if d["dockerRepository"] == image), None)
        workspace = self("workspaces/list", {})["workspaces"][0]["workspaceId"]
        if found is None:
            found = self(f"{kind}_definitions/create_custom", {
                "workspaceId": workspace,
                f"{kind}Definition": {"name": image, "dockerRepository": image, "dockerImageTag": tag,
                                      "documentationUrl": "https://example.com"}})
        return self(f"{kind}s/create", {
            "workspaceId": workspace, "name": image, f"{kind}DefinitionId": found[f"{kind}DefinitionId"],
            "connectionConfiguration": config})[f"{kind}Id"]

    def connection(self, source, destination, stream=STREAM, mode="append", config=None, **more):
        config = {"syncMode": "full_refresh", "destinationSyncMode": mode, "selected": True, "primaryKey": [["id"]],
                  **(config or {})}
        return self("connections/create", {
            "sourceId": source, "destinationId": destination, "status": "active",
            "syncCatalog": {"streams": [{"stream": stream, "config": config}]}, **more})["connectionId"]

    def sync(self, connection):
        """Runs a sync to its end; its records and how long it took, seen from outside."""
        started = time.perf_counter()
        job = self("connections/sync", {"connectionId": connection})["job"]["id"]
        self.answered = time.time()
        while True:
            info = self("jobs/get_without_logs", {"id": job})
            state = info["job"]["status"]
            if state == "succeeded":
                committed = sum(a["attempt"]["totalStats"].get("recordsCommitted", 0) for a in info["attempts"])
                return committed, time.perf_counter() - started
            if state in ("failed", "cancelled") or len(info["attempts"]) > 1:
                attempt = self("jobs/get", {"id": job})["attempts"][0]
                sys.exit(f"bench: a sync did not succeed at once: {json.dumps(attempt, indent=1)[:6000]}")
            time.sleep(0.05)

    def stop(self):
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)


class Bench:
    def __init__(self, options, directory):
        self.options = options
        self.directory = directory
        self.connectors = Connectors(directory)
        self.servers = []
        self.rows = 1_000_000 // (10 if options.quick else 1)

    def postgres(self):
        if not self.servers:
            self.servers.append(Postgres(self.directory))
        return self.servers[0]

    def engine(self, postgres=None):
        return Engine(self.directory, self.connectors.directory, postgres)

    def records(self):
        path = os.path.join(self.directory, "records.jsonl")
        if not os.path.exists(path):
            write_records(path, self.rows)
        return path

    # Start and idle

    def start(self):
        times, memory = [], []
        for _ in range(5):
            engine = self.engine()
            times.append(engine.healthy_after)
            memory.append(self.resident(engine))
            engine.stop()
        engine = self.engine()
        time.sleep(5 if self.options.quick else 30)
        idle, ticks = self.resident(engine), self.ticks(engine)
        time.sleep(5)
        ticks = (self.ticks(engine) - ticks) / TICK / 5 * 100
        engine.stop()
        table = Table("swiftlet up, idle, SQLite, a new data directory", "what", "measured", "limit", "met")
        table.row("start to healthy, median of 5", *verdict(statistics.median(times) * 1000, 1000, "ms"))
        table.row("start to healthy, slowest", *verdict(max(times) * 1000, 1000, "ms"))
        table.row("resident memory when healthy, median of 5", *verdict(statistics.median(memory), 60, "MB", "{:.1f}"))
        table.row("resident memory after 30 s", *verdict(idle, 60, "MB", "{:.1f}"))
        table.row("processor while idle", f"{ticks:.1f} % of a core", "", "")

    def resident(self, engine):
        return sum(status(pid, "VmRSS")["VmRSS"] for pid in engine.pids) / 1024

    def ticks(self, engine):
        total = 0
        for pid in engine.pids:
            with open(f"/proc/{pid}/stat") as file:
                fields = file.read().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        return total

    # From the trigger to the source's first instruction, and to the first record's arrival

    def trigger(self):
        source = self.connectors.source("source-empty", [])
        destination = self.connectors.destination("destination-echo")
        slow, taker = self.first_record()
        rounds = 5 if self.options.quick else 15
        running = Table(
            f"Trigger to source process running, medians of {rounds}", "store", "measured", "limit", "met", "slowest",
            "whole job")
        arrivals = []
        for name in ("SQLite, one process", "Postgres, separate programs"):
            engine = self.engine(self.postgres() if name.startswith("P") else None)
            empty, first = (
                engine.connection(engine.connector("source", a, {}), engine.connector("destination", b, {}))
                for a, b in ((source, destination), (slow, taker)))
            delays, walls, records = [], [], []
            for number in range(rounds + 1):
                self.connectors.forget()
                triggered = time.time()
                _, wall = engine.sync(empty)
                committed, _ = engine.sync(first)
                if committed != 1:
                    sys.exit(f"bench: {committed} records were committed, not 1.")
                if number:
                    delays.append((self.connectors.stamp("source-empty") - triggered) * 1000)
                    walls.append(wall * 1000)
                    started, written, arrived = map(
                        self.connectors.stamp, ("source-first", "source-first-written", "destination-first"))
                    own = (written - started) * 1000
                    records.append(((arrived - engine.answered) * 1000 - own, own, (arrived - written) * 1000))
            engine.stop()
            running.row(name, *verdict(statistics.median(delays), 300, "ms"), f"{max(delays):.0f} ms",
                        f"{statistics.median(walls):.0f} ms")
            arrivals.append((name, [sorted(column) for column in zip(*records)]))
        table = Table(
            f"Trigger answered to first record at the destination, less the source's own start, medians of {rounds}",
            "store", "measured", "limit", "met", "slowest", "source's own start", "of it from source to destination")
        for name, (delays, own, passages) in arrivals:
            table.row(name, *verdict(statistics.median(delays), 100, "ms"), f"{delays[-1]:.0f} ms",
                      f"{statistics.median(own):.0f} ms", f"{statistics.median(passages):.1f} ms")

    def first_record(self):
        """A source that takes 50 ms to start, writes a record and says nothing for a while, and what waits for it."""
        lines = os.path.join(self.connectors.directory, "first.jsonl")
        write_records(lines, 1)
        # It has its record at hand before it writes it, and notes afterwards when that was.
        source = self.connectors.add(
            "source-first", "read",
            before=f"started=$EPOCHREALTIME; {{ read -r record; read -r state; }} <{lines}; sleep 0.05",
            command="""written=$EPOCHREALTIME; printf '%s\\n' "$record"; sleep 0.2; printf '%s\\n' "$state" """,
            after="\n    ".join((self.connectors.note("source-first.stamp", "$started"),
                                 self.connectors.note("source-first-written.stamp", "$written"))))
        destination = self.connectors.add(
            "destination-first", "write",
            before="until [[ $line == *RECORD* ]]; do read -r line || break; done; arrived=$EPOCHREALTIME",
            command="LC_ALL=C grep -F --line-buffered '\"STATE\"'",
            after=self.connectors.note("destination-first.stamp", "$arrived"))
        return source, destination

    # The relay beside pipes

    def relay(self):
        from relay import Relay  # which imports this module
        engine = self.engine()
        Relay(self.directory, engine, self.connectors, self.records(), self.rows, max(5, self.options.rounds)).run()
        engine.stop()

    # From end to end

    def rows_per_second(self):
        file, rows = self.records(), self.rows
        postgres = self.postgres()
        postgres.query("create database warehouse")
        postgres.fill("shop", rows)
        engine = self.engine()
        shop = os.path.join(self.directory, "shop.sqlite")
        cat = engine.connector("source", self.connectors.source("source-cat", [file]), {})
        tables = engine.connector("source", "swiftlet/source-postgres", postgres.config("shop"))
        into_file = engine.connector("destination", "swiftlet/destination-sqlite", {"destination_path": shop})
        warehouse = engine.connector("destination", "swiftlet/destination-postgres", postgres.config("warehouse"))
        found = engine("sources/discover_schema", {"sourceId": tables})["catalog"]["streams"]
        users = next(entry["stream"] for entry in found if entry["stream"]["name"] == "users")
        # Names of their own, so that no run finds another's table.
        ways = [
            ("file → destination-sqlite, overwrite", cat, into_file, STREAM, "overwrite", "a_"),
            ("file → destination-postgres, overwrite", cat, warehouse, STREAM, "overwrite", "b_"),
            ("source-postgres → destination-postgres, overwrite", tables, warehouse, users, "overwrite", "c_"),
            ("file → destination-sqlite, append_dedup", cat, into_file, STREAM, "append_dedup", "d_"),
            ("file → destination-postgres, append_dedup", cat, warehouse, STREAM, "append_dedup", "e_"),
        ]
        table = Table(
            f"End to end, {rows:,} rows of 12 columns, median of {self.options.rounds}", "way", "rows/s", "whole job",
            "CPU µs/row: source, attempt, destination", "peak memory: source, attempt, destination")
        for name, source, destination, stream, mode, prefix in ways:
            connection = engine.connection(source, destination, stream, mode, prefix=prefix)
            walls, watches = [], []
            for _ in range(self.options.rounds):
                with Watch(engine) as watch:
                    committed, wall = engine.sync(connection)
                if committed != rows:
                    sys.exit(f"bench: {committed} records were committed, not {rows}.")
                walls.append(wall)
                watches.append(watch)
            wall = statistics.median(walls)
            parts = ("source", "attempt", "destination")
            table.row(
                name, f"{rows / wall:,.0f}", f"{wall:.2f} s",
                ", ".join(f"{statistics.median(w.cpu.get(p, 0) for w in watches) / rows * 1e6:.1f}" for p in parts),
                ", ".join(f"{max(w.peaks.get(p, 0) for w in watches):.0f} MB" for p in parts))
        engine.stop()

    # Many at once

    def many(self):
        from many import Many  # which imports this module
        Many(self.directory, self.postgres(), self.options.quick).run()

    # Beside others

    def peers(self):
        from peers import Peers  # which imports this module
        Peers(self.directory, self.postgres(), self.options.rounds, self.options.quick).run()

    def postgres_to_postgres(self):
        from postgres import PostgresToPostgres  # which imports this module
        PostgresToPostgres(self.directory, self.postgres(), self.options).run()

    # Durable workflows

    def flow(self):
        from flow import Flow  # which imports this module
        Flow(self.directory, self.postgres(), self.options.rounds, self.options.quick).run()

    def schedules(self):
        import schedules
        schedules.run(seconds=20 if self.options.quick else 60)

    # The API

    def api(self):
        from api import API  # which imports this module
        API(self.directory, self.postgres(), self.options.quick).run()

    def run(self):
        for section in self.options.sections or SECTIONS:
            getattr(self, {"rows": "rows_per_second", "postgres": "postgres_to_postgres"}.get(section, section))()


def machine():
    with open("/proc/cpuinfo") as file:
        models = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    with open("/proc/meminfo") as file:
        memory = int(file.readline().split()[1]) / 1e6
    model = models[0] if models else os.uname().machine
    return f"{os.cpu_count()} cores ({model}), {memory:.0f} GB, Linux {os.uname().release}"


def alone(description, run, parts=()):
    """Runs a section by itself, as `run(directory, postgres, options)`; one with parts is measured in rounds."""
    options = argparse.ArgumentParser(description=description.splitlines()[0])
    if parts:
        options.add_argument("parts", nargs="*", choices=[*parts, []], help="default: all")
        options.add_argument("--rounds", type=int, default=3, help="how often each side is measured")
    options.add_argument("--quick", action="store_true", help="a tenth of the work, to try the script")
    options.add_argument("--work", help="where to put the files; default: a temporary directory")
    options = options.parse_args()
    say(f"Machine: {machine()}; load before the start: {os.getloadavg()[0]:.1f}")
    directory = tempfile.mkdtemp(prefix="swiftlet-bench-", dir=options.work)
    os.chmod(directory, 0o755)
    postgres = Postgres(directory)
    try:
        run(directory, postgres, options)
    finally:
        postgres.stop()
        shutil.rmtree(directory, ignore_errors=True)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("sections", nargs="*", choices=SECTIONS + [[]], help="default: all")
    options.add_argument("--rounds", type=int, default=3, help="how often relay and rows are measured")
    options.add_argument("--quick", action="store_true", help="a tenth of the records, to try the script")
    options.add_argument("--work", help="where to put the files; default: a temporary directory")
    options = options.parse_args()
    if not os.path.exists(os.path.join(PROGRAMS, "swiftlet")):
        sys.exit("bench: build first: make build")
    say(f"Machine: {machine()}; load before the start: {os.getloadavg()[0]:.1f}")
    directory = tempfile.mkdtemp(prefix="swiftlet-bench-", dir=options.work)
    os.chmod(directory, 0o755)
    bench = Bench(options, directory)
    try:
        bench.run()
    finally:
        for server in bench.servers:
            server.stop()
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    # Not this copy of the module but the one that the sections import, so that there is one of each class.
    import bench
    bench.main()
