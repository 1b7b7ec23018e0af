#!/usr/bin/env python3
"""Fails where a run of tests skipped one that is not in Tests/skippable.txt. Takes the run's output on stdin."""
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# As Swift Testing prints it: ➜ Test "the name" skipped: "the reason"
LINE = re.compile(r'^\S+\s+(?:Test|Suite)\s+(?:"(.*?)"|(\S+?)(?:\(\))?)\s+skipped\b')


def main():
    with open(os.path.join(ROOT, "Tests/skippable.txt"), encoding="utf-8") as file:
        allowed = {line.strip() for line in file if line.strip() and not line.startswith("#")}
    wrong = []
    for line in sys.stdin:
        sys.stdout.write(line)
        sys.stdout.flush()
        found = LINE.match(re.sub(r"\x1b\[[0-9;]*m", "", line))
        if found and (found[1] or found[2]) not in allowed:
            wrong.append(found[1] or found[2])
    for name in wrong:
        print(f'skipped: "{name}" was skipped; only the tests in Tests/skippable.txt may be.', file=sys.stderr)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
