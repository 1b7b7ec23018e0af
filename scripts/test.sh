#!/usr/bin/env bash
# Runs the tests, in the configuration that the programs are built in. Arguments go to `swift test`; without any, all
# suites run, group after group, so that suites with real processes do not starve those that watch a clock.
set -euo pipefail
cd "$(dirname "$0")/.."

swift build -c release --build-tests
run() { swift test -c release --skip-build "$@"; }

if [ $# -gt 0 ]; then
    run "$@"
    exit
fi

groups=(FlowTests FlowSimulationTests 'LauncherTests|ReplicationTests' ConnectorTests ProgramTests ChaosTests)
all=$(IFS='|'; echo "${groups[*]}")
run --skip "$all"
for group in "${groups[@]}"; do run --filter "$group"; done
