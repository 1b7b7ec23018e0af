#!/usr/bin/env bash
# The suites of what touches C and raw memory, once more under the address and leak sanitizers, in a build of its own.
set -euo pipefail
cd "$(dirname "$0")/.."

suites=JSONTests,JSONSchemaTests,AirbyteTests,PosixTests,CryptoTests,HTTPClientTests,MappingTests,ConformanceTests,FuzzTests
# Package.swift leaves out what these do not need.
export SWIFTLET_ONLY_TARGETS=$suites
build=(--sanitize=address --scratch-path .build/sanitized)
swift build "${build[@]}" --build-tests
LSAN_OPTIONS="suppressions=$PWD/Tests/leaks.txt:print_suppressions=0" stdbuf -oL swift test "${build[@]}" --skip-build \
    --filter "^(${suites//,/|})\\." 2>&1 | scripts/outcome.py
