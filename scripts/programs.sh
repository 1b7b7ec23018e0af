#!/usr/bin/env bash
# Builds the programs so that they need no Swift where they run, only Debian's libraries, and puts them into a directory.
#
#   programs.sh DIRECTORY
set -euo pipefail
cd "$(dirname "$0")/.."
directory=$1

# Neither tests nor benchmarks have to be there.
export SWIFTLET_ONLY_TARGETS=CLI,Connector
for product in swiftlet swiftlet-connector; do
    swift build -c release --static-swift-stdlib --product "$product"
    install -D -m 755 ".build/release/$product" "$directory/$product"
    strip "$directory/$product"
done
# One program, which does what it is called.
for name in server worker cron bootloader; do ln -sf swiftlet "$directory/swiftlet-$name"; done
