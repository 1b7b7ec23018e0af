#!/usr/bin/env bash
# What the formatter does not look at.
set -euo pipefail
cd "$(dirname "$0")/.."
failed=0

complain() {
    echo "lint: $1" >&2
    failed=1
}

# Foundation would add 20 to 60 MB to every program.
if grep -rnE '^\s*(@preconcurrency )?(package |internal )?import Foundation' Sources Benchmarks Tests; then
    complain "Foundation is not imported in this package; see docs/STYLE.md."
fi
# Whoever promises the compiler something must say what makes it true, and only where the promise is about a C library.
if grep -rlE '@unchecked Sendable' Sources | grep -vE '^Sources/((Posix|Postgres|SQLite|HTTP|JSONSchema)/|(SQL/Pool|Store/Memo)\.swift)'; then
    complain "@unchecked Sendable stands outside the modules that wrap C libraries, and what a Posix.Lock guards."
fi
if grep -rnE '\b(TODO|FIXME|XXX)\b' Sources Benchmarks Tests scripts --include='*.swift' --include='*.sh' --include='*.py' | grep -v 'scripts/lint.sh'; then
    complain "open ends belong into docs/ROADMAP.md."
fi
if ! scripts/protocol_coverage.py --check; then
    complain "docs/protocol-coverage.md and the tests do not agree."
fi
if ! scripts/api_compatibility.py --check; then
    complain "docs/api-compatibility.md, the description and the tests do not agree."
fi
exit $failed
