#!/usr/bin/env python3
"""The API under load, and over a store that is full. A section of bench.py, and alone."""
import glob
import http.client
import json
import os
import re
import resource
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
import uuid

from bench import alone, Connectors, Engine, say, status, Table, TICK, verdict

CLIENTS = 64
READS = {"SQLite, one process": 15_000, "Postgres, separate programs": 6_000}
SLOWEST = 20
MEMORY = 120
IDLE = 1000
CONNECTIONS = 10_000
PAGES = 100
# How many connections get a job by the API, one after the other.
ORDERS = 200
LIST_LIMIT = ORDER_LIMIT = 50

POST = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = [[%s]]
"""


class API:
    def __init__(self, directory, postgres, quick=False):
        self.directory = os.path.join(directory, "api")
        os.makedirs(self.directory)
        self.postgres = postgres
        self.jobs = 100_000 if quick else 1_000_000
        self.seconds = 3 if quick else 10
        self.connectors = Connectors(self.directory)

    def run(self):
        if shutil.which("wrk") is None:
            say("\nThe API under load: skipped, since wrk is not installed (apt-get install wrk).")
            return
        source = self.connectors.source("source-mute", [])
        destination = self.connectors.destination("destination-api")
        for name, postgres in zip(READS, (None, self.postgres)):
            engine = Engine(self.directory, self.connectors.directory, postgres, {"MAX_SYNC_WORKERS": "1"})
            try:
                connection = engine.connection(
                    engine.connector("source", source, {}), engine.connector("destination", destination, {}))
                engine.sync(connection)
                job = engine("jobs/list", {"configTypes": ["sync"]})["jobs"][0]["job"]["id"]
                self.reads(name, engine, connection, job)
                self.idle(name, engine)
                self.fill(engine, connection, job)
                self.full(name, engine, connection)
            finally:
                engine.stop()
        shutil.rmtree(self.directory)

    # Under load

    def reads(self, name, engine, connection, job):
        table = Table(f"API, {name}, {CLIENTS} connections (load {os.getloadavg()[0]:.1f})",
                      "request", "measured", "limit", "met", "median", "99 of 100 within", "limit", "met",
                      "processor a request", "of it the server", "the load")
        asked = {
            "POST /api/v1/connections/get": {"connectionId": connection},
            f"GET /api/public/v1/jobs/{job}": None,
            "POST /api/v1/jobs/get_light": {"id": job},
            "POST /api/v1/jobs/get": {"id": job},
        }
        peak = 0
        for line, body in asked.items():
            path = line.split()[1]
            self.wrk(engine, path, body, seconds=1)  # to warm up
            found = self.wrk(engine, path, body, self.seconds)
            peak = max(peak, *(status(pid, "VmRSS")["VmRSS"] / 1024 for pid in engine.pids[:1]))
            table.row(line.replace(f"/jobs/{job}", "/jobs/{id}"),
                      *verdict(found["rate"], READS[name], "requests/s", "{:,.0f}", at_least=True),
                      f"{found['50%']:.1f} ms", *verdict(found["99%"], SLOWEST, "ms", "{:.1f}"),
                      *(f"{found[part]:.0f} µs" for part in ("all", "server", "load")))
        table.row("memory of the server", *verdict(peak, MEMORY, "MB"), "", "", "", "", "", "", "")

    def wrk(self, engine, path, body, seconds):
        command = ["wrk", "-t", "1", "-c", str(CLIENTS), "-d", f"{seconds}s", "--latency"]
        if body is not None:
            script = os.path.join(self.directory, "post.lua")
            with open(script, "w") as out:
                out.write(POST % json.dumps(body))
            command += ["-s", script]
        before = self.ticks(engine)
        said = subprocess.run(command + [f"http://127.0.0.1:{engine.port}{path}"], check=True, text=True,
                              stdout=subprocess.PIPE).stdout
        after = self.ticks(engine)
        if "Non-2xx" in said or "Socket errors" in said:
            sys.exit(f"api: {path} was not answered well:\n{said}")
        units = {"us": 0.001, "ms": 1, "s": 1000}
        found = {share: float(value) * units[unit]
                 for share, value, unit in re.findall(r"(50%|99%)\s+([\d.]+)(us|ms|s)\b", said)}
        found["rate"] = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])
        # What the processors spent on a request, which other programs on the machine change little.
        asked = int(re.search(r"(\d+) requests in", said)[1])
        server, load, store = (
            (after[part] - before[part]) / TICK * 1_000_000 / asked for part in ("server", "load", "store"))
        found.update({"server": server, "load": load, "all": server + load + store})
        return found

    def ticks(self, engine):
        """Processor time of the server, of the ended programs that made the load, and of a store of its own."""
        def spent(pid):
            with open(f"/proc/{pid}/stat") as file:
                return sum(int(field) for field in file.read().rsplit(")", 1)[1].split()[11:13])

        load = resource.getrusage(resource.RUSAGE_CHILDREN)
        store = 0
        if len(engine.pids) > 1:
            pids = self.postgres.query("select pid from pg_stat_activity where backend_type = 'client backend' "
                                       f"and datname = 'engine_{engine.port}'", f"engine_{engine.port}").split()
            store = sum(spent(pid) for pid in pids if os.path.exists(f"/proc/{pid}"))
        return {"server": spent(engine.pids[0]), "load": (load.ru_utime + load.ru_stime) * TICK, "store": store}

    def idle(self, name, engine):
        """Connections that are kept, and say nothing."""
        request = b"GET /api/v1/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
        before = status(engine.pids[0], "VmRSS")["VmRSS"]
        resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
        clients = [socket.create_connection(("127.0.0.1", engine.port), timeout=20) for _ in range(IDLE)]
        for _ in range(2):
            answered = 0
            for client in clients:
                client.sendall(request)
                answered += client.recv(1 << 16).startswith(b"HTTP/1.1 200")
            time.sleep(2)
        after = status(engine.pids[0], "VmRSS")["VmRSS"]
        for client in clients:
            client.close()
        table = Table(f"API, {name}, connections that are kept", "what", "measured", "limit", "met")
        table.row("answered a second time", *verdict(answered, IDLE, "connections", at_least=True))
        table.row("memory they add", f"{(after - before) / 1024:.0f} MB", "", "")

    # Over a full store

    def fill(self, engine, connection, job):
        """Copies the one connection and its one job, in the store itself. The last of the copies have no job."""
        ids = [str(uuid.UUID(int=number + 1)) for number in range(CONNECTIONS)]
        jobs = self.jobs
        if len(engine.pids) > 1:
            def run(sql):
                self.postgres.query(sql, f"engine_{engine.port}")
            series = "generate_series(1, {}) AS series (n)"
            ident = "lpad(to_hex({}), 32, '0')::uuid::text"
        else:
            store = sqlite3.connect(glob.glob(os.path.join(engine.directory, "*.db"))[0], timeout=60,
                                    isolation_level=None)

            def run(sql):
                store.execute(sql)
            series = "(WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {}) SELECT n FROM s)"
            ident = "printf('00000000-0000-0000-0000-%012x', {})"
        columns = self.columns(engine, "connection")
        kept = ", ".join(name for name in columns if name != "id")
        run(f"INSERT INTO connection (id, {kept}) SELECT {ident.format('n')}, {kept} FROM connection, "
            f"{series.format(CONNECTIONS)} WHERE id = '{connection}'")
        columns = self.columns(engine, "job")
        kept = ", ".join(name for name in columns if name not in ("id", "connection_id", "created_at", "updated_at"))
        filled = CONNECTIONS - ORDERS
        first = 1_000_000
        run(f"INSERT INTO job (id, connection_id, created_at, updated_at, {kept}) "
            f"SELECT {first} + n, {ident.format(f'1 + n % {filled}')}, created_at + n, updated_at + n, {kept} "
            f"FROM job, {series.format(jobs)} WHERE id = {job}")
        kept = ", ".join(name for name in self.columns(engine, "attempt") if name != "job_id")
        run(f"INSERT INTO attempt (job_id, {kept}) SELECT {first} + n, {kept} FROM attempt, {series.format(jobs)} "
            f"WHERE job_id = {job}")
        if "job_count" in self.tables(engine):
            run("DELETE FROM job_count")
            run("INSERT INTO job_count (connection_id, kind, status, jobs) "
                "SELECT connection_id, kind, status, count(*) FROM job "
                "WHERE status IN ('failed', 'succeeded', 'cancelled') GROUP BY connection_id, kind, status")
        if "newest_job" in self.tables(engine):
            run("DELETE FROM newest_job")
            run("INSERT INTO newest_job (connection_id, job_id, status, created_at) "
                "SELECT connection_id, id, status, created_at FROM job "
                "WHERE id IN (SELECT max(id) FROM job GROUP BY connection_id)")
        if len(engine.pids) > 1:
            run(f"SELECT setval(pg_get_serial_sequence('job', 'id'), {first + jobs})")
            run("VACUUM ANALYZE")
        else:
            # No server writes as much at once, and its next commit would have to copy it.
            store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            store.close()
        self.unused = ids[-ORDERS:]

    def ask(self, engine, sql):
        if len(engine.pids) > 1:
            return self.postgres.query(sql, f"engine_{engine.port}").split("\n")
        with sqlite3.connect(glob.glob(os.path.join(engine.directory, "*.db"))[0]) as store:
            return [row[0] for row in store.execute(sql)]

    def columns(self, engine, table):
        if len(engine.pids) > 1:
            return self.ask(engine, "SELECT column_name FROM information_schema.columns "
                                    f"WHERE table_schema = 'public' AND table_name = '{table}'")
        return self.ask(engine, f"SELECT name FROM pragma_table_info('{table}')")

    def tables(self, engine):
        source = "pg_tables" if len(engine.pids) > 1 else "sqlite_schema"
        return self.ask(engine, f"SELECT {'tablename' if source == 'pg_tables' else 'name'} FROM {source}")

    def full(self, name, engine, connection):
        table = Table(f"API, {name}, {CONNECTIONS:,} connections and {self.jobs:,} jobs "
                      f"(load {os.getloadavg()[0]:.1f})", "request", "median", "99 of 100 within", "limit", "met")
        client = http.client.HTTPConnection("127.0.0.1", engine.port, timeout=600)

        def timed(path, body):
            started = time.perf_counter()
            client.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
            answer = client.getresponse()
            self.answer = data = answer.read()
            taken = (time.perf_counter() - started) * 1000
            if answer.status != 200:
                sys.exit(f"api: {path} answered {answer.status}: {data[:500]}")
            return taken

        def page(number, size=20, **more):
            return timed("/api/v1/jobs/list", {
                "configTypes": ["sync"], "pagination": {"pageSize": size, "rowOffset": number * size}, **more})

        def row(what, times, limit):
            worst = statistics.quantiles(times, n=100)[98]
            table.row(what, f"{statistics.median(times):.1f} ms", *verdict(worst, limit, "ms", "{:.1f}"))

        one = f"00000000-0000-0000-0000-{1:012x}"
        workspace = engine("workspaces/list", {})["workspaces"][0]["workspaceId"]

        def connections(size=20, **more):
            """Each page begins behind the last connection of the one before."""
            times, cursor = [], None
            for _ in range(PAGES):
                times.append(timed("/api/v1/web_backend/connections/list", {
                    "workspaceId": workspace, "pageSize": size, "cursor": cursor, **more}))
                cursor = json.loads(self.answer)["connections"][-1]["connectionId"]
            return times

        shown = {
            "web_backend/connections/list, pages 1 to 100 of 20": {},
            "… of 100": {"size": 100},
            "… by the last sync, the newest first": {"sortKey": "lastSync_desc"},
            "… by the name of the source": {"sortKey": "sourceName_asc"},
            "… that are healthy": {"filters": {"statuses": ["healthy"]}},
            "… with a word in their names": {"filters": {"searchTerm": "source"}},
        }
        for what, more in shown.items():
            row(what, connections(**more), LIST_LIMIT)
        row("web_backend/connections/status_counts", [timed(
            "/api/v1/web_backend/connections/status_counts", {"workspaceId": workspace}) for _ in range(20)], LIST_LIMIT)
        lists = {
            "jobs/list, pages 1 to 100 of 20": {},
            "… of 200": {"size": 200},
            "… of the succeeded": {"statuses": ["succeeded"]},
            "… of the failed, of which there are none": {"statuses": ["failed"]},
            "… by their last change": {"orderByField": "updatedAt"},
            "… the oldest first": {"orderByMethod": "asc"},
            "… of one connection": {"configId": one},
        }
        for what, more in lists.items():
            row(what, [page(number, **more) for number in range(PAGES)], LIST_LIMIT)
        row(f"POST /api/public/v1/jobs, {ORDERS} after one another",
            [timed("/api/public/v1/jobs", {"connectionId": unused, "jobType": "sync"}) for unused in self.unused],
            ORDER_LIMIT)


if __name__ == "__main__":
    alone(__doc__, lambda directory, postgres, options: API(directory, postgres, options.quick).run())
