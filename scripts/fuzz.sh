#!/usr/bin/env bash
# The long form of the tests on made-up input, under the address sanitizer; then a shorter run that says which lines of
# the sources the cases reach; then requests made up from the API's description, against the programs over both stores.
# SWIFTLET_FUZZ_SEED repeats a run.
set -euo pipefail
cd "$(dirname "$0")/.."

build=(-c release --sanitize=address --scratch-path .build/fuzzed)
swift build "${build[@]}" --build-tests
SWIFTLET_FUZZ=long LSAN_OPTIONS="suppressions=$PWD/Tests/leaks.txt:print_suppressions=0" \
    stdbuf -oL swift test "${build[@]}" --skip-build --filter '^(FuzzTests|AirbyteTests|MappingTests)\.' 2>&1 | scripts/outcome.py

here=.build/covered/debug
rm -rf "$here/codecov"
swift test --enable-code-coverage --scratch-path .build/covered --filter '^FuzzTests\.' >/dev/null
# Another LLVM on the PATH may not read what this compiler writes.
tools=$(dirname "$(readlink -f "$(command -v swift)")")
"$tools/llvm-profdata" merge -sparse "$here"/codecov/*.profraw -o "$here/codecov/fuzz.profdata"
"$tools/llvm-cov" report "$here/swiftletPackageTests.xctest" -instr-profile "$here/codecov/fuzz.profdata" \
    Sources/Airbyte Sources/JSON Sources/Replication/{SourceRelay,RecordRouter,StateTracker,StateBacklog,LineReader,LineWriter,DestinationReader,Verdict}.swift |
    awk 'NR < 3 || /swift|TOTAL/ { print $1, "functions", $7, "lines", $10 }'

export SCHEMATHESIS_SEED=${SWIFTLET_FUZZ_SEED:-$RANDOM}
echo "Requests are made up from the seed $SCHEMATHESIS_SEED."
SWIFTLET_CLIENTS=schemathesis SCHEMATHESIS_EXAMPLES=${SCHEMATHESIS_EXAMPLES:-40} \
    scripts/test.sh --filter '^ClientTests\..*works unmodified'
