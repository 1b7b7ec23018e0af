"""The examples of the README, which are run as they stand there."""
import os
import re

PATH = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))),
                    "README.md")


def example(heading, language):
    """The first block of code in that language below that heading."""
    with open(PATH, encoding="utf-8") as file:
        section = file.read().partition(f"\n### {heading}\n")[2].partition("\n##")[0]
    found = re.search(rf"^```{language}\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    if not found:
        raise LookupError(f"README.md has no {language} under {heading}.")
    return found[1]


def settings(server, connection):
    """The variables that the README says to set."""
    return {"SWIFTLET": server.url, "CLIENT_ID": server.client_id, "CLIENT_SECRET": server.client_secret,
            "CONNECTION_ID": connection}
