#!/usr/bin/env python3
"""Maps the operations of Airbyte's interfaces to what answers them, to the tests that call them and to their clients.

Airbyte's operations, each with the clients that call it, stand in Tests/api-clients.txt; what the server answers in
docs/openapi.json, which a test holds against the server; which test calls what in Tests/api-tests.txt. Without an
argument it writes docs/api-compatibility.md; with --check it fails where that file is not what it would write, or where a
test file is gone. With --record FILE it first takes Tests/api-tests.txt from what the
tests wrote, as scripts/api.sh has them do; with --recorded FILE it fails where it names an operation that they did not call.
"""

import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CLIENTS = ROOT / "Tests/api-clients.txt"
TESTS = ROOT / "Tests/api-tests.txt"
DESCRIPTION = ROOT / "docs/openapi.json"
PAGE = ROOT / "docs/api-compatibility.md"

METHODS = ("get", "post", "put", "patch", "delete")


def lines(path):
    return [line for line in path.read_text().splitlines() if line and not line.startswith("#")]


def key(method, path):
    """A parameter's name is nobody's business."""
    return method.upper(), re.sub(r"\{[^}]*\}", "{}", path)


def known():
    """Airbyte's operations: (method, path) to (path, clients)."""
    found = {}
    for line in lines(CLIENTS):
        method, path, clients = line.split(" ", 2)
        found[key(method, path)] = (path, "" if clients == "-" else clients.replace(",", ", "))
    return found


def answered():
    """What the server answers: (method, path) to (path, operation, whether it is carried out)."""
    found = {}
    for path, methods in json.loads(DESCRIPTION.read_text())["paths"].items():
        for method in METHODS:
            if method in methods:
                operation = methods[method]
                done = any(status.startswith("2") for status in operation["responses"])
                found[key(method, path)] = (path, operation, done)
    return found


def tests():
    """Operation to the names of test files without their ending."""
    found = {}
    for line in lines(TESTS):
        operation, files = line.split(" ", 1)
        found[operation] = files.split(" ")
    return found


def recorded(path):
    """What Tests/api-tests.txt must be after the tests wrote this file."""
    found = {}
    for line in pathlib.Path(path).read_text().splitlines():
        operation, file = line.split(" ")
        found.setdefault(operation, set()).add(file.removesuffix(".swift"))
    head = "# Which test files call which operation; written by scripts/api_compatibility.py --record.\n"
    rows = [f"{operation} {' '.join(sorted(files))}\n" for operation, files in sorted(found.items())]
    return head + "".join(rows)


def undescribed(operation):
    """Whether nothing is said of what a carried out operation gives."""
    content = operation["responses"].get("200", {}).get("content", {})
    return any(body["schema"] == {} for body in content.values())


def part(path):
    for prefix, title in (("/api/public/", "Public API"), ("/api/v1/", "Config API")):
        if path.startswith(prefix):
            return title
    return "Others"


def page(known, answered, tests):
    sections = {"Config API": [], "Public API": [], "Others": []}
    counts = {"carried out": 0, "501": 0, "missing": 0}
    for entry in sorted(set(known) | set(answered), key=lambda entry: (entry[1], entry[0])):
        path, clients = known.get(entry, (None, ""))
        method, bare = entry
        # The router takes /v1 for the public API's root.
        own = answered.get(entry) or answered.get((method, "/api/public" + bare))
        state = "missing" if own is None else "carried out" if own[2] else "501"
        remark = ", its answer not described yet" if own and undescribed(own[1]) else ""
        if path is not None:
            counts[state] += 1
        shown = path or own[0]
        files = ", ".join(tests.get(own[1]["operationId"], [])) if own else ""
        note = "" if path else " (Swiftlet's own)"
        sections[part(shown)].append(f"| {entry[0]} {shown}{note} | {state}{remark} | {files} | {clients} |")
    text = (
        "# API compatibility\n\n"
        "Which of Airbyte's operations the server carries out, which it answers with 501, which test files call each and\n"
        "which known clients do. `make api` writes it; `make lint` and `make test` check it.\n\n"
        f"Of Airbyte's {sum(counts.values())} operations, {counts['carried out']} are carried out, {counts['501']} answer "
        f"501 and {counts['missing']} are missing. Each that is\n"
        "carried out is called by tests of its own, besides those that go through all.\n"
    )
    for title, rows in sections.items():
        text += f"\n## {title}\n\n| Operation | State | Tested by | Clients |\n|---|---|---|---|\n" + "\n".join(rows) + "\n"
    return text


def complaints(answered, tests, text):
    for _, operation, done in answered.values():
        if done and operation["operationId"] not in tests:
            yield f"{operation['operationId']} is called by no test of its own."
    names = {path.stem for path in ROOT.glob("Tests/**/*.swift")}
    for operation, files in tests.items():
        for file in files:
            if file not in names:
                yield f"{TESTS.name}: {operation} names {file}, which is gone."
    if not PAGE.exists() or PAGE.read_text() != text:
        yield f"{PAGE.name} is out of date; run make api."


def main():
    if sys.argv[1:2] == ["--record"]:
        TESTS.write_text(recorded(sys.argv[2]))
    if sys.argv[1:2] == ["--recorded"]:
        called = {line.split(" ", 1)[0] for line in pathlib.Path(sys.argv[2]).read_text().splitlines()}
        uncalled = sorted(set(tests()) - called)
        if uncalled:
            sys.exit(f"{TESTS.name} names what no test calls ({', '.join(uncalled)}); run make api.")
        return
    found, called = answered(), tests()
    text = page(known(), found, called)
    if sys.argv[1:] == ["--check"]:
        failures = list(complaints(found, called, text))
        for failure in failures:
            print(failure, file=sys.stderr)
        sys.exit(1 if failures else 0)
    PAGE.write_text(text)


main()
