#!/usr/bin/env bash
# Writes anew what is generated about the API: its description (docs/openapi.json), which test calls which operation
# (Tests/api-tests.txt) and the table of both (docs/api-compatibility.md).
set -euo pipefail
cd "$(dirname "$0")/.."

calls=$(mktemp)
trap 'rm -f "$calls"' EXIT
SWIFTLET_WRITE_API=1 SWIFTLET_RECORD_API=$calls scripts/test.sh --filter '^APITests'
scripts/api_compatibility.py --record "$calls"
