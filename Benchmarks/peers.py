#!/usr/bin/env python3
"""The same sources by other ways: no engine at all, PyAirbyte, Singer. A section of bench.py; alone: peers.py [part …].

What comes from PyPI goes into virtual environments that go with the run, or stay where SWIFTLET_VENVS says.
"""
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

from bench import alone, Connectors, Engine, Footprint, PROGRAMS, Refusal, ROOT, say, Table

PARTS = ["faker", "singer"]
FAKER = ("airbyte-source-faker", "7.2.1")
PYAIRBYTE = ("airbyte", "0.71.3")
# pip finds no tap-csv, and target-sqlite 0.2.0 does not start with Python 3.11: a tap for Postgres, into a file of JSON.
TAP = ("meltanolabs-tap-postgres", "0.10.0")
TARGET = ("target-jsonl", "0.1.4")


class Unavailable(Exception):
    """A peer that cannot be had here."""


def last_line(text):
    """In which pip says what is wrong."""
    return text.strip().rpartition("\n")[2].strip()


class Run:
    """One run of something: how long it took and the most memory it had."""

    def __init__(self, seconds, footprint, whole=None):
        self.seconds = seconds
        self.memory = footprint.share
        self.whole = whole or seconds


class Peers:
    def __init__(self, directory, postgres, rounds=3, quick=False):
        self.directory = tempfile.mkdtemp(prefix="peers-", dir=directory)
        self.postgres = postgres
        self.rounds = rounds
        self.users = 10_000 if quick else 100_000
        self.venvs = os.environ.get("SWIFTLET_VENVS") or os.path.join(self.directory, "venvs")

    def run(self, parts=None):
        self.engine = Engine(
            self.directory, Connectors(self.directory).directory, settings={"SWIFTLET_VENVS": self.venvs})
        try:
            for part in parts or PARTS:
                getattr(self, part)()
        finally:
            self.engine.stop()
            shutil.rmtree(self.directory)

    # What is started

    def install(self, package, version):
        """The directory of programs of an environment with that package."""
        home = os.path.join(self.venvs, f"peer-{package}-{version}")
        python = os.path.join(home, "bin/python")
        commands = [[python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"{package}=={version}"]]
        if not os.path.exists(python):
            commands.insert(0, [sys.executable, "-m", "venv", home])
        for command in commands:
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            if done.returncode:
                shutil.rmtree(home, ignore_errors=True)
                raise Unavailable(f"{package} {version} cannot be installed: {last_line(done.stdout)}")
        return os.path.join(home, "bin")

    def program(self, name, words, directory, **environment):
        """Runs a program in a directory of its own, with what it starts; what it printed last."""
        output = os.path.join(directory, "output")
        with open(output, "w") as out, open(os.path.join(directory, "errors"), "w") as errors:
            started = time.perf_counter()
            process = subprocess.Popen(words, stdout=out, stderr=errors, cwd=directory,
                                       env=dict(os.environ, **environment))
            with Footprint(process.pid) as footprint:
                process.wait()
            seconds = time.perf_counter() - started
        if process.returncode:
            with open(os.path.join(directory, "errors")) as errors:
                sys.exit(f"peers: {name} ended with {process.returncode}: {errors.read()[-2000:]}")
        with open(output) as out:
            return Run(seconds, footprint), out.read()

    def sync(self, connection, rows):
        with Footprint(*self.engine.pids) as footprint:
            committed, seconds = self.engine.sync(connection)
        if committed != rows:
            sys.exit(f"peers: {committed} records were committed, not {rows}.")
        return Run(seconds, footprint)

    def place(self):
        return tempfile.mkdtemp(dir=self.directory)

    def expect(self, path, table, rows):
        with sqlite3.connect(path) as database:
            found = database.execute(f'select count(*) from "{table}"').fetchone()[0]
        database.close()
        if found != rows:
            sys.exit(f"peers: {found} rows are in {path}, not {rows}.")

    def report(self, title, ours, others):
        table = Table(
            f"{title}, medians of {self.rounds} in turn (load {os.getloadavg()[0]:.1f})", "what", "rows/s", "seconds",
            "with its own start", "peak memory (Pss)", "its time to ours", "its memory to ours")
        for name, runs in {"Swiftlet": ours, **others}.items():
            if isinstance(runs, str):
                table.row(name, runs, "", "", "", "", "")
                continue
            middle = {key: statistics.median(getattr(run, key) for run in runs)
                      for key in ("seconds", "whole", "memory")}
            ratios = ("", "")
            if runs is not ours:
                ratios = [f"{statistics.median(getattr(a, key) / getattr(b, key) for a, b in zip(runs, ours)):.2f}"
                          for key in ("seconds", "memory")]
            table.row(name, f"{self.users / middle['seconds']:,.0f}", f"{middle['seconds']:.2f}",
                      f"{middle['whole']:.2f}", f"{middle['memory']:.0f} MB", *ratios)

    # source-faker: a pipe, PyAirbyte

    def faker(self):
        package, version = FAKER
        config = {"count": self.users, "seed": 1, "always_updated": False, "records_per_slice": 1000, "parallelism": 2}
        try:
            source = self.engine.connector("source", f"pypi:{package}", config, version)
        except Refusal as refusal:
            say(f"\n{package} {version} cannot be had, so nothing is measured beside it: {last_line(refusal.sentence)}")
            return
        streams = self.engine("sources/discover_schema", {"sourceId": source})["catalog"]["streams"]
        users = next(entry["stream"] for entry in streams if entry["stream"]["name"] == "users")
        warehouse = os.path.join(self.directory, "faker.sqlite")
        destination = self.engine.connector(
            "destination", "swiftlet/destination-sqlite", {"destination_path": warehouse})
        connection = self.engine.connection(source, destination, users, "overwrite")
        program = self.faker_program(f"{package}-{version}")
        others = {"the same two programs in a pipe": []}
        try:
            python = os.path.join(self.install(*PYAIRBYTE), "python")
            others[f"PyAirbyte {PYAIRBYTE[1]} into its cache (DuckDB)"] = []
        except Unavailable as reason:
            others["PyAirbyte"] = str(reason)
        ours = []
        for _ in range(self.rounds):
            ours.append(self.sync(connection, self.users))
            self.expect(warehouse, "users", self.users)
            for name, runs in others.items():
                if name.startswith("the same"):
                    runs.append(self.pipe(program, config, users))
                elif isinstance(runs, list):
                    runs.append(self.pyairbyte(python, program, config))
        self.report(f"source-faker, {self.users:,} users", ours, others)

    def faker_program(self, name):
        """The source that the engine has installed, as a program: its own script names the Python of another place."""
        environment = next(entry for entry in os.listdir(self.venvs) if entry.startswith(f"{name}-py"))
        programs = os.path.join(self.venvs, environment, "bin")
        path = os.path.join(self.directory, "source-faker")
        with open(path, "w") as file:
            file.write(f'#!/bin/sh\nexec {programs}/python {programs}/source-faker "$@"\n')
        os.chmod(path, 0o755)
        return path

    def pipe(self, program, config, stream):
        place = self.place()
        warehouse = os.path.join(place, "faker.sqlite")
        catalog = {"streams": [{
            "stream": {"name": "users", "json_schema": stream["jsonSchema"],
                       "supported_sync_modes": stream["supportedSyncModes"],
                       "source_defined_primary_key": stream["sourceDefinedPrimaryKey"]},
            "sync_mode": "full_refresh", "destination_sync_mode": "overwrite", "primary_key": [["id"]],
            "generation_id": 1, "minimum_generation_id": 1, "sync_id": 1}]}
        for name, value in (
                ("source", config), ("destination", {"destination_path": warehouse}), ("catalog", catalog)):
            with open(os.path.join(place, name), "w") as file:
                json.dump(value, file)
        write = os.path.join(PROGRAMS, "swiftlet-connector")
        run, _ = self.program("the pipe", ["bash", "-o", "pipefail", "-c", f"""
            {program} read --config source --catalog catalog |
            {write} destination-sqlite write --config destination --catalog catalog"""], place)
        self.expect(warehouse, "users", self.users)
        shutil.rmtree(place)
        return run

    def pyairbyte(self, python, program, config):
        place = self.place()
        run, output = self.program(
            "PyAirbyte",
            [python, os.path.join(ROOT, "Benchmarks/pyairbyte_read.py"), program, str(self.users), json.dumps(config)],
            place, AIRBYTE_OFFLINE_MODE="1", AIRBYTE_LOGGING_ROOT=place)
        # Its own start, of which much is imports, is none that it would have beside a running engine's.
        run.seconds = json.loads(output.splitlines()[-1])["seconds"]
        shutil.rmtree(place)
        return run

    # A table of Postgres: Singer

    def singer(self):
        self.postgres.fill("peers", self.users)
        settings = self.postgres.config("peers")
        source = self.engine.connector("source", "swiftlet/source-postgres", settings)
        found = self.engine("sources/discover_schema", {"sourceId": source})["catalog"]["streams"]
        users = next(entry["stream"] for entry in found if entry["stream"]["name"] == "users")
        warehouse = os.path.join(self.directory, "singer.sqlite")
        destination = self.engine.connector(
            "destination", "swiftlet/destination-sqlite", {"destination_path": warehouse})
        connection = self.engine.connection(source, destination, users, "overwrite")
        name = f"{TAP[0]} {TAP[1]} into {TARGET[0]} {TARGET[1]}"
        others = {name: []}
        try:
            tap, target = self.install(*TAP), self.install(*TARGET)
            reading = self.tap_files(tap, settings)
        except Unavailable as reason:
            others[name] = str(reason)
        ours = []
        for _ in range(self.rounds):
            ours.append(self.sync(connection, self.users))
            self.expect(warehouse, "public_users", self.users)
            if isinstance(others[name], list):
                others[name].append(self.tap_and_target(tap, target, reading))
        self.report(f"Postgres, {self.users:,} rows of 12 columns, into SQLite or a JSON file", ours, others)

    def tap_files(self, tap, settings):
        """The tap's arguments: where the table is, and that it is wanted."""
        config, catalog = (os.path.join(self.directory, name) for name in ("tap.json", "tap-catalog.json"))
        with open(config, "w") as file:
            json.dump({"host": settings["host"], "port": settings["port"], "user": settings["username"],
                       "password": "x", "database": settings["database"], "filter_schemas": ["public"]}, file)
        found = json.loads(subprocess.run(
            [f"{tap}/tap-postgres", "--config", config, "--discover"], check=True, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL).stdout)
        for stream in found["streams"]:
            for entry in stream["metadata"]:
                if not entry["breadcrumb"]:
                    entry["metadata"]["selected"] = True
        with open(catalog, "w") as file:
            json.dump(found, file)
        return f"--config {config} --catalog {catalog}"

    def tap_and_target(self, tap, target, reading):
        place = self.place()
        with open(os.path.join(place, "target.json"), "w") as file:
            json.dump({"destination_path": place}, file)
        run, _ = self.program("Singer", ["bash", "-o", "pipefail", "-c", f"""
            {tap}/tap-postgres {reading} | {target}/target-jsonl --config target.json"""], place)
        written = next(name for name in os.listdir(place) if name.endswith(".jsonl"))
        with open(os.path.join(place, written), "rb") as file:
            rows = sum(1 for _ in file)
        if rows != self.users:
            sys.exit(f"peers: {rows} rows came out of Singer, not {self.users}.")
        shutil.rmtree(place)
        return run


if __name__ == "__main__":
    alone(__doc__, lambda directory, postgres, options: Peers(
        directory, postgres, options.rounds, options.quick).run(options.parts), PARTS)
