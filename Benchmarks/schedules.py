#!/usr/bin/env python3
"""What 10,000 scheduled connections cost while none of them is due: the processor time of cron and a worker."""
import argparse
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import bench  # noqa: E402

LIMIT = 2.0
SEED = """
INSERT INTO connector_definition (id, kind, name, repository, tag, specification, supports_refreshes, created_at)
SELECT md5(kind)::uuid, kind, kind, 'exec:none', '1', '{{}}', false, 0 FROM unnest(ARRAY['source', 'destination']) kind;
INSERT INTO connector (id, kind, definition_id, workspace_id, name, configuration, created_at, updated_at)
SELECT md5(kind)::uuid, kind, md5(kind)::uuid, (SELECT id FROM workspace LIMIT 1), kind, '{{}}', 0, 0
FROM unnest(ARRAY['source', 'destination']) kind;
INSERT INTO connection (id, workspace_id, source_id, destination_id, name, namespace_definition, status, schedule, catalog,
                        non_breaking_changes, created_at, updated_at, next_sync_at)
SELECT gen_random_uuid(), (SELECT id FROM workspace LIMIT 1), md5('source')::uuid, md5('destination')::uuid, n,
       'source', 'active',
       CASE n % 2 WHEN 0 THEN '{{"type":"cron","expression":"0 0 3 1 * ?","timeZone":"Europe/Berlin"}}'
                  ELSE '{{"type":"basic","units":12,"timeUnit":"months"}}' END,
       '{{"streams":[]}}', 'ignore', 0, 0, (extract(epoch FROM now()) * 1000000)::bigint + (86400 + n) * 1000000::bigint
FROM generate_series(1, {count}) n;
ANALYZE;
"""


def ticks(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def run(count=10_000, seconds=60):
    """Prints a table; returns the percents of a core that cron and worker took together."""
    with tempfile.TemporaryDirectory(prefix="swiftlet-bench-") as directory:
        os.chmod(directory, 0o755)
        postgres = bench.Postgres(directory)
        programs = {}
        try:
            postgres.query("create database schedules")
            environment = {
                "PATH": os.environ["PATH"], "DATABASE_URL": postgres.url("schedules"),
                "SWIFTLET_KEY": os.urandom(32).hex(), "SWIFTLET_DATA": os.path.join(directory, "data"),
            }
            quiet = {"env": environment, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            subprocess.run([os.path.join(bench.PROGRAMS, "swiftlet-bootloader")], check=True, **quiet)
            postgres.query(SEED.format(count=count), "schedules")
            for name in ("cron", "worker"):
                programs[name] = subprocess.Popen([os.path.join(bench.PROGRAMS, f"swiftlet-{name}")], **quiet)
            time.sleep(5)
            before = {name: ticks(program.pid) for name, program in programs.items()}
            time.sleep(seconds)
            percent = {
                name: (ticks(program.pid) - before[name]) / bench.TICK / seconds * 100
                for name, program in programs.items()
            }
            jobs = postgres.query("select count(*) from job", "schedules")
            if jobs != "0" or any(program.poll() is not None for program in programs.values()):
                sys.exit(f"bench: schedules: {jobs} jobs, or a program ended")
        finally:
            for program in programs.values():
                program.terminate()
            for program in programs.values():
                program.wait()
            postgres.stop()
    table = bench.Table(f"{count:,} scheduled connections, none due, {seconds} s", "what", "measured", "limit", "met")
    for name, value in percent.items():
        table.row(f"swiftlet-{name}", f"{value:.2f} % of a core", "", "")
    total = sum(percent.values())
    table.row("together", *bench.verdict(total, LIMIT, "% of a core", "{:.2f}"))
    return total


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=10_000)
    parser.add_argument("--seconds", type=int, default=60)
    arguments = parser.parse_args()
    sys.exit(0 if run(arguments.connections, arguments.seconds) <= LIMIT else 1)
