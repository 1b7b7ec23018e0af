#!/usr/bin/env python3
"""Passes a run of tests on and says at its end what failed in it, so that nobody has to look for it among what passed.

Fails where the run skipped a test that is not in Tests/skippable.txt. Takes the run's output on stdin.
"""
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# As Swift Testing prints it: ➜ Test "the name" skipped: "the reason"
SKIPPED = re.compile(r'^\S+\s+(?:Test|Suite)\s+(?:"(.*?)"|(\S+?)(?:\(\))?)\s+skipped\b')
# ✘ Test "the name" recorded an issue at File.swift:1:2: …, with its details on lines that begin with ↳.
ISSUE = re.compile(r"^✘ .* recorded an issue\b")
DETAIL = re.compile(r"^\s*↳ ")
# Of one run, in lines: what fails everywhere is told by its first issues.
LONGEST = 60
WIDEST = 1000


def main():
    with open(os.path.join(ROOT, "Tests/skippable.txt"), encoding="utf-8") as file:
        allowed = {line.strip() for line in file if line.strip() and not line.startswith("#")}
    skipped, issues, follows = [], [], False
    for line in sys.stdin:
        sys.stdout.write(line)
        sys.stdout.flush()
        plain = COLOUR.sub("", line)
        found = SKIPPED.match(plain)
        if found and (found[1] or found[2]) not in allowed:
            skipped.append(found[1] or found[2])
        follows = bool(ISSUE.match(plain) or (follows and DETAIL.match(plain)))
        if follows:
            issues.append(plain if len(plain) <= WIDEST else plain[:WIDEST] + "…\n")
    if issues:
        print("\nfailed:", file=sys.stderr)
        sys.stderr.write("".join(issues[:LONGEST]))
    for name in skipped:
        print(f'skipped: "{name}" was skipped; only the tests in Tests/skippable.txt may be.', file=sys.stderr)
    sys.exit(1 if skipped else 0)


if __name__ == "__main__":
    main()
