"""Schemathesis against our own description of the API: requests made up from it, right ones and wrong ones. No answer is a
server error, and each has a status, a media type and a body that the description says.

Requests name what is there, so that they reach what an operation does. SCHEMATHESIS_EXAMPLES of the environment is how
many are made up for each operation, SCHEMATHESIS_SEED what from; by default few, and always the same. The long form is part of
`make fuzz`; against a server that `make run` leaves running it is

    SERVER=http://127.0.0.1:8000 SCHEMATHESIS_EXAMPLES=200 SCHEMATHESIS_SEED=7 Tests/Clients/run.py schemathesis
"""
import json
import os
import subprocess
import sys
import zlib

from clientkit.cases import expect, run
from clientkit.fixture import USERS, Fixture

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
EXAMPLES = os.environ.get("SCHEMATHESIS_EXAMPLES", "")
# They would call addresses that nobody thought of.
LEFT_OUT = "notifications/try"

fixture = Fixture()
server = fixture.server


def described(wanted=lambda operation: True):
    """Our description, with the operations that are wanted of it."""
    answer = server.send("GET", "/api/v1/openapi")
    expect(answer.status == 200, f"GET /api/v1/openapi answered {answer}.")
    description = answer.json
    for path, item in description["paths"].items():
        for method in [method for method, operation in item.items() if LEFT_OUT in path or not wanted(operation)]:
            del item[method]
    return description


def is_carried_out(operation):
    """Whether it answers anything but that it is not here."""
    return any(status.startswith("2") for status in operation["responses"])


def keeps(operation):
    """Whether it is carried out, and leaves what requests name."""
    return is_carried_out(operation) and "delete" not in operation["operationId"].lower()


def known():
    """What is there, by the names that requests have for it."""
    place, connection = fixture.workspace, fixture.connection
    source = fixture.source(USERS)
    tag = server.config("tags/create", {"workspaceId": place, "name": "made up", "color": "FF5733"})
    operation = server.config("operations/create", {"workspaceId": place, "name": "Call", "operatorConfiguration": {
        "operatorType": "webhook", "webhook": {"executionUrl": "https://example.com", "executionBody": "{}"}}})
    job = server.config("connections/sync", {"connectionId": connection})["job"]["id"]
    server.ended(job)
    read = server.config("connections/get", {"connectionId": connection})
    found = {
        "workspaceId": place, "workspace_id": place, "workspaceIds": [place], "sourceId": source, "actor_id": source,
        "destinationId": fixture.destination, "connectionId": connection, "connection_id": connection,
        "connectionIds": [connection], "tagId": tag["tagId"], "operationId": operation["operationId"],
        "sourceDefinitionId": fixture.source_definition, "destinationDefinitionId": fixture.destination_definition,
        "actorDefinitionId": fixture.source_definition, "actor_definition_id": fixture.source_definition,
        "definitionId": fixture.source_definition, "jobId": job, "catalogId": read["sourceCatalogId"],
        "organizationId": server.config("workspaces/get", {"workspaceId": place})["organizationId"],
        "attemptNumber": 0, "number": 0,
    }
    return found


def naming(description, found):
    """The description with nothing but what is there for the names of it."""
    def chosen(name, schema):
        value = found.get(name)
        if value is None or not isinstance(schema, dict) or "enum" in schema:
            return schema
        if isinstance(value, list):
            return {**schema, "items": {**schema.get("items", {}), "enum": value}}
        return {**schema, "enum": [value]}

    answered = set()
    for item in description["paths"].values():
        for operation in item.values():
            if "requestBody" in operation:
                for media in operation["requestBody"]["content"].values():
                    mark(media["schema"], description, answered)
            for parameter in operation.get("parameters", []):
                parameter["schema"] = chosen(parameter["name"], parameter["schema"])
    # What requests share with answers stays as it is: an answer may name something else.
    told = set()
    for item in description["paths"].values():
        for operation in item.values():
            for response in operation["responses"].values():
                for media in response.get("content", {}).values():
                    mark(media["schema"], description, told)
    for name in answered - told:
        schema = description["components"]["schemas"][name]
        schema["properties"] = {key: chosen(key, value) for key, value in schema.get("properties", {}).items()}
    return description


def mark(schema, description, names):
    """Puts into `names` every component that the schema refers to."""
    if isinstance(schema, list):
        for each in schema:
            mark(each, description, names)
    elif isinstance(schema, dict):
        reference = schema.get("$ref", "")
        name = reference.rpartition("/")[2] if "/schemas/" in reference else None
        if name and name not in names:
            names.add(name)
            mark(description["components"]["schemas"][name], description, names)
        for each in schema.values():
            mark(each, description, names)


def at_hand(operation):
    """Whether it is one of those that there is time for: always the same fourth, and in the long form all."""
    return bool(EXAMPLES) or zlib.crc32(operation["operationId"].encode()) % 4 == 0


def without_absent(description):
    """The description without paths of which a method answers 501: at the edges methods are tried that it does not say."""
    paths = description["paths"].items()
    description["paths"] = {path: item for path, item in paths if all(is_carried_out(each) for each in item.values())}
    return description


def chosen(description):
    for item in description["paths"].values():
        for method in [method for method, operation in item.items() if not at_hand(operation)]:
            del item[method]
    return description


def schemathesis(description, phases, examples):
    path = os.path.join(fixture.directory, "description.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(description, file)
    command = [
        os.path.join(os.path.dirname(sys.executable), "schemathesis"), "run", path, "--url", server.url,
        "--checks", CHECKS, "--phases", phases, "--max-examples", EXAMPLES or str(examples),
        # The same requests each time. Where it finds something, another seed and more examples find more.
        *(["--seed", os.environ["SCHEMATHESIS_SEED"], "--generation-database", "none"]
          if "SCHEMATHESIS_SEED" in os.environ else ["--generation-deterministic"]),
        "--no-shrink", "--continue-on-failure", "--request-timeout", "30",
        "--warnings", "off", "--suppress-health-check", "all", "--no-color",
    ]
    if server.signs_in:
        command += ["--header", f"Authorization: Bearer {server.bearer()}"]
    done = subprocess.run(command, cwd=fixture.directory, timeout=None if EXAMPLES else 200)
    expect(done.returncode == 0, f"schemathesis ended with {done.returncode}; above it says what it found.")


def conforms():
    """made-up requests are answered as our description says"""
    schemathesis(naming(described(keeps), known()), "fuzzing", 2)


def is_exact():
    """requests at the edge of what our description says, and beyond it, are answered as it says"""
    # Last, since it deletes what it finds.
    schemathesis(chosen(without_absent(described())), "coverage", 1)


run(conforms, is_exact)
