#!/usr/bin/env bash
# Runs the tests, in the configuration that the programs were built in; further arguments go to `swift test`.
set -euo pipefail
cd "$(dirname "$0")/.."
exec swift test -c release "$@"
