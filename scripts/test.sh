#!/usr/bin/env bash
# Runs the tests, in the configuration that the programs are built in. Arguments go to `swift test`; without any, all
# suites run, group after group, so that suites with real processes do not starve those that watch a clock. A test that
# is skipped and is not in Tests/skippable.txt fails the run.
set -euo pipefail
cd "$(dirname "$0")/.."

swift build -c release --build-tests
# Line by line, so that a run which is ended from outside has said how far it came.
run() { stdbuf -oL swift test -c release --skip-build "$@" 2>&1 | scripts/outcome.py; }

# Many stores at once in one process; see ThreadPool.
export SWIFTLET_THREADS=128

if [ $# -gt 0 ]; then
    run "$@"
    exit
fi

# What keeps both cores busy for long runs by itself, or it takes the time of what watches a clock.
groups=('HostileTextTests|SecretAnswerTests|AccessMatrixTests' FlowTests FlowSimulationTests 'LauncherTests|ReplicationTests' '^ConnectorTests' ProgramTests 'RealConnectorTests|^ClientTests' ChaosTests)
# Which test calls which operation of the API is written down on the way, for the table of the operations.
calls=$(mktemp)
newer=$(mktemp -d)
trap 'rm -rf "$calls" "$newer"' EXIT
export SWIFTLET_RECORD_API=$calls

newest='^ConnectorTests\.(SourcePostgresTests|CaptureTests|CapturePropertyTests|XminTests|PageReadingTests|CrashTests|RowBlockTests|DestinationPostgresTests|SourceConformanceTests|DestinationConformanceTests)/'
all=$(IFS='|'; echo "${groups[*]}")
run --skip "$all"
for group in "${groups[@]}"; do
    case $group in
        # Connectors in containers are among them.
        LauncherTests*) scripts/with-engines.sh scripts/test.sh --filter "$group" ;;
        *) run --filter "$group" ;;
    esac
done
# The Postgres pair once more, on the newest version of the server; this one has no XML. It stands where the user that the
# server runs as can read it.
programs=$(scripts/postgres.sh "$newer")
SWIFTLET_TEST_POSTGRES=$programs run --filter "$newest" --skip 'every type|rows found by their transaction|a copy whose changes follow'
scripts/api_compatibility.py --recorded "$calls"
