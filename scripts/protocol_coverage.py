#!/usr/bin/env python3
"""Maps the rules of the connector protocol to the tests that prove them.

Rules stand in Tests/protocol-rules.txt, proofs in the tests as `.proves("2.4-echo")`. Without an argument it writes
docs/protocol-coverage.md; with --check it fails where that file is not what it would write, where a MUST rule has no
test, or where a test names a rule that there is not.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
RULES = ROOT / "Tests/protocol-rules.txt"
PAGE = ROOT / "docs/protocol-coverage.md"

# An attribute with its arguments, other attributes, then the name of what it stands on.
ATTRIBUTE = re.compile(
    r"@(Test|Suite)\b(?P<arguments>\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))?"
    r"(?P<between>[^{}]*?)\b(?:func|struct|enum|class|actor)\s+(?P<name>`[^`]+`|\w+)",
    re.S,
)
PROOF = re.compile(r"\.proves\(([^)]*)\)")
TITLE = re.compile(r'^\(\s*"((?:[^"\\]|\\.)*)"')


def rules():
    """The parts of the list, each with its rules: (title, [(id, level, sentence)])."""
    parts = []
    for line in RULES.read_text().splitlines():
        if line.startswith("## "):
            parts.append((line[3:], []))
        elif line and not line.startswith("#"):
            name, level, sentence = line.split(" ", 2)
            if level not in ("MUST", "MAY", "NOT"):
                sys.exit(f"{RULES.name}: {name} is neither MUST, MAY nor NOT.")
            parts[-1][1].append((name, level, sentence))
    return parts


def proofs():
    """Rule id to the tests that prove it, as (file, name)."""
    found = {}
    for path in sorted(ROOT.glob("Tests/**/*.swift")):
        text = path.read_text()
        if ".proves(" not in text:
            continue
        seen = 0
        for match in ATTRIBUTE.finditer(text):
            arguments = match["arguments"] or ""
            title = TITLE.match(arguments)
            name = title[1] if title else match["name"].strip("`")
            for proof in PROOF.findall(arguments):
                seen += 1
                for rule in re.findall(r'"([^"]+)"', proof):
                    found.setdefault(rule, []).append((path.relative_to(ROOT).as_posix(), name))
        if seen != len(PROOF.findall(text)):
            sys.exit(f"{path.relative_to(ROOT)}: a .proves() stands where this script does not see it.")
    return found


def page(parts, found):
    every = [rule for _, part in parts for rule in part]
    must = [rule for rule in every if rule[1] == "MUST"]
    proven = [rule for rule in must if rule[0] in found]
    lines = [
        "# Protocol coverage",
        "",
        "Made by `scripts/protocol_coverage.py` from `Tests/protocol-rules.txt` and the tests; `make lint` fails when a MUST",
        f"rule has no test. {len(proven)} of {len(must)} MUST rules are proven.",
        "",
    ]
    for title, part in parts:
        lines += [f"## {title}", "| rule | | what | proven by |", "| --- | --- | --- | --- |"]
        for name, level, sentence in part:
            tests = [f"[{test}](../{path})" for path, test in found.get(name, [])]
            shown = "<br>".join(tests) if tests else "-" if level == "NOT" else "**nothing**"
            lines.append(f"| {name} | {level} | {sentence} | {shown} |")
        lines.append("")
    return "\n".join(lines[:-1]) + "\n"


def main():
    parts, found = rules(), proofs()
    known = {rule[0] for _, part in parts for rule in part}
    complaints = [f"tests prove {name}, which is no rule" for name in sorted(set(found) - known)]
    text = page(parts, found)
    if "--check" not in sys.argv:
        PAGE.write_text(text)
    elif not PAGE.exists() or PAGE.read_text() != text:
        complaints.append(f"docs/{PAGE.name} is not what scripts/protocol_coverage.py makes; run it")
    complaints += [
        f"no test proves {name}: {sentence}"
        for _, part in parts
        for name, level, sentence in part
        if level == "MUST" and name not in found
    ]
    for complaint in complaints:
        print(f"protocol: {complaint}", file=sys.stderr)
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()
