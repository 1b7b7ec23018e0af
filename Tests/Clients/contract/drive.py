"""Holds answers against Airbyte's own description of its API: a scenario calls every operation that a person's work leads
to, and the body of each answer with status 200 must be what the description says of the operation.

An operation that is not there yet is listed and not counted as wrong: that it is missing shows where a client needs it.
"""
import os
import re

import yaml
from clientkit.cases import expect, run
from clientkit.fixture import USERS, Fixture
from openapi_schema_validator import OAS30Validator, oas30_format_checker

ORGANIZATION = "00000000-0000-0000-0000-000000000000"
# So many operations at least are answered; a scenario that broke off early would prove nothing.
LEAST = 60

NOBODY = "00000000-0000-4000-8000-000000000000"

fixture = Fixture()
server = fixture.server


class Description:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.whole = yaml.load(file, Loader=yaml.CSafeLoader)
        self.correct()
        self.operations = []
        for template, item in self.whole["paths"].items():
            pattern = re.compile("/api" + re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(template)) + "/?")
            for method, operation in item.items():
                if isinstance(operation, dict) and "responses" in operation:
                    self.operations.append((method.upper(), pattern, operation))
        # Fixed parts before parameters.
        self.operations.sort(key=lambda each: each[1].pattern.count("[^/]+"))

    def correct(self):
        """Where the description is other than Airbyte's own answers, and where ours are so on purpose."""
        schemas = self.whole["components"]["schemas"]
        # A slip: the property is called jsonSchema, here and in every answer.
        schemas["AirbyteStream"]["required"] = ["name", "jsonSchema"]
        # Lines and events in one object, so that clients that read either find it.
        logs = schemas["AttemptInfoRead"]["properties"]["logs"]
        logs["anyOf"] = logs.pop("oneOf")

    def operation(self, method, path):
        path = path.split("?")[0]
        return next((operation for name, pattern, operation in self.operations
                     if name == method and pattern.fullmatch(path)), None)

    def complaints(self, operation, answer):
        """What is wrong with an answer to the operation."""
        responses = {str(status): response for status, response in operation["responses"].items()}
        response = self.resolved(responses.get(str(answer.status), {}))
        if str(answer.status) not in responses and answer.status == 200:
            return ["the description knows no answer 200"]
        schema = response.get("content", {}).get("application/json", {}).get("schema")
        if not schema or not answer.text:
            return [f"the body is empty; it should be {schema}"] if schema and answer.status == 200 else []
        validator = OAS30Validator(
            {**schema, "components": self.whole["components"]}, format_checker=oas30_format_checker)
        return [f"{'/'.join(map(str, error.absolute_path)) or 'the body'}: {error.message[:300]}"
                for error in validator.iter_errors(answer.json)]

    def resolved(self, value):
        while "$ref" in value:
            found = self.whole
            for part in value["$ref"].split("/")[1:]:
                found = found[part]
            value = found
        return value


class Watch:
    """What is seen of the calls."""

    def __init__(self, description):
        self.description = description
        self.right, self.wrong, self.missing, self.foreign = set(), {}, set(), set()

    def __call__(self, method, path, answer):
        name = f"{method} {re.sub(r'[0-9a-f-]{36}', '{id}', path.split('?')[0])}"
        operation = self.description.operation(method, path)
        if operation is None:
            self.foreign.add(name)
        elif answer.status == 501 or (answer.status == 404 and "nothing at this path" in answer.text):
            self.missing.add(name)
        elif answer.status in (200, 204):
            found = self.description.complaints(operation, answer)
            if found:
                self.wrong.setdefault(name, set()).update(found)
            else:
                self.right.add(name)
        elif answer.status >= 500:
            self.wrong.setdefault(name, set()).add(f"it answered {answer.status} {answer.text[:300]}")


watch = Watch(Description(os.path.join(os.environ["AIRBYTE_DESCRIPTIONS"], "config.yaml")))
server.watcher = watch


def ask(operation, body=None):
    """Any operation, there or not; its body where it answered 200."""
    answer = server.send("POST", f"/api/v1/{operation}", {} if body is None else body)
    return answer.json if answer.status == 200 and answer.text else {}


def public(method, path, body=None):
    answer = server.send(method, f"/api/public/v1/{path}", body)
    return answer.json if answer.status == 200 and "json" in answer.content_type else {}


def instance():
    for path in ("/api/v1/health", "/api/v1/instance_configuration", "/api/v1/web_backend/config", "/api/v1/openapi"):
        server.send("GET", path)
    ask("organizations/get", {"organizationId": ORGANIZATION})
    ask("organizations/list_by_user_id", {"userId": ORGANIZATION})
    ask("organizations/get_organization_info", {"organizationId": ORGANIZATION})
    ask("users/get", {"userId": ORGANIZATION})
    ask("users/get_by_auth_id", {"authUserId": ORGANIZATION, "authProvider": "keycloak"})
    ask("users/get_by_email", {"email": "nobody@example.com"})
    ask("permissions/list_by_user", {"userId": ORGANIZATION})
    ask("applications/list")
    ask("applications/token", {"client_id": server.client_id, "client_secret": server.client_secret})
    ask("entitlements/get_entitlements", {"organization_id": ORGANIZATION})
    ask("deployment/metadata")


def workspaces():
    id = fixture.workspace
    for operation in ("get", "list", "list_by_user_id", "list_by_organization_id"):
        ask(f"workspaces/{operation}", {
            "workspaceId": id, "userId": ORGANIZATION, "organizationId": ORGANIZATION,
            "pagination": {"pageSize": 10, "rowOffset": 0}})
    ask("workspaces/get_by_slug", {"slug": ask("workspaces/get", {"workspaceId": id}).get("slug")})
    ask("workspaces/get_organization_info", {"workspaceId": id})
    ask("workspaces/update_name", {"workspaceId": id, "name": "Contract"})
    ask("workspaces/update", {"workspaceId": id, "anonymousDataCollection": False})
    ask("web_backend/workspace/state", {"workspaceId": id})
    ask("dataplane_group/list", {"organization_id": ORGANIZATION})
    ask("notifications/try_webhook", {
        "notificationTrigger": "sync_failure", "slackConfiguration": {"webhook": "http://127.0.0.1:9/nothing"}})
    spare = ask("workspaces/create", {"name": "Spare", "organizationId": ORGANIZATION})
    ask("workspaces/delete", {"workspaceId": spare.get("workspaceId")})
    made = ask("tags/create", {"workspaceId": id, "name": "nightly", "color": "FF5733"})
    ask("tags/list", {"workspaceId": id})
    ask("tags/update", {"workspaceId": id, "tagId": made.get("tagId"), "name": "hourly", "color": "00FF00"})
    ask("tags/delete", {"workspaceId": id, "tagId": made.get("tagId")})


def definitions():
    place = {"workspaceId": fixture.workspace}
    for kind, image in (("source", "exec:source-people"), ("destination", "exec:destination-scripted")):
        for operation in ("list", "list_latest", "list_for_workspace", "list_private"):
            ask(f"{kind}_definitions/{operation}", place)
        made = ask(f"{kind}_definitions/create_custom", {**place, f"{kind}Definition": {
            "name": "Mine", "dockerRepository": image, "dockerImageTag": "1.0.0",
            "documentationUrl": "https://example.com"}})
        mine = {f"{kind}DefinitionId": made.get(f"{kind}DefinitionId"), **place}
        ask(f"{kind}_definitions/get", mine)
        ask(f"{kind}_definitions/get_for_workspace", mine)
        ask(f"{kind}_definition_specifications/get", mine)
        ask(f"{kind}_definitions/update", {**mine, "dockerImageTag": "1.0.1"})
        ask(f"actor_definition_versions/get_default", {"actorDefinitionId": made.get(f"{kind}DefinitionId")})
        ask("web_backend/check_updates", place)
        ask(f"{kind}_definitions/delete", mine)


def connectors():
    for kind, id, definition, settings in (
        ("source", fixture.source(USERS), fixture.source_definition, {"count": 5}),
        ("destination", fixture.destination, fixture.destination_definition,
         {"destination_path": fixture.warehouse + "-2"}),
    ):
        mine = {f"{kind}Id": id}
        ask(f"{kind}s/get", mine)
        ask(f"{kind}s/list", {"workspaceId": fixture.workspace})
        ask(f"{kind}s/search", {"workspaceId": fixture.workspace})
        ask(f"{kind}s/check_connection", mine)
        ask(f"{kind}s/check_connection_for_update", {**mine, "name": "People", "connectionConfiguration": settings})
        ask(f"{kind}_definition_specifications/get_for_{kind}", mine)
        ask(f"actor_definition_versions/get_for_{kind}", mine)
        ask(f"scheduler/{kind}s/check_connection", {
            f"{kind}DefinitionId": definition, "workspaceId": fixture.workspace, "connectionConfiguration": settings})
        made = ask(f"{kind}s/create", {
            "workspaceId": fixture.workspace, "name": "Other", f"{kind}DefinitionId": definition,
            "connectionConfiguration": settings})
        other = {f"{kind}Id": made.get(f"{kind}Id")}
        ask(f"{kind}s/update", {**other, "name": "Updated", "connectionConfiguration": settings})
        ask(f"{kind}s/partial_update", {**other, "name": "Updated twice"})
        ask(f"{kind}s/upgrade_version", other)
        ask(f"{kind}s/delete", other)
    source = {"sourceId": fixture.source(USERS)}
    ask("sources/discover_schema", source)
    ask("sources/discover_schema", {**source, "disable_cache": True})
    ask("sources/most_recent_source_actor_catalog", source)
    ask("scheduler/sources/discover_schema", {
        "sourceDefinitionId": fixture.source_definition, "workspaceId": fixture.workspace, "sourceId": source["sourceId"],
        "connectionConfiguration": {"count": 5}})


def connections():
    id = fixture.connection
    mine, place = {"connectionId": id}, {"workspaceId": fixture.workspace}
    read = ask("connections/get", mine)
    for operation in ("list", "list_all", "list_paginated", "search"):
        ask(f"connections/{operation}", {**place, "workspaceIds": [fixture.workspace],
                                         "pagination": {"pageSize": 10, "rowOffset": 0}})
    for kind, key in (("actor_definition", "actorDefinitionId"),):
        ask(f"connections/list_by_{kind}", {key: fixture.source_definition, "actorType": "source"})
    ask("connections/update", {**mine, "name": "Updated", "prefix": "raw_", "scheduleType": "cron", "scheduleData": {
        "cron": {"cronExpression": "0 0 12 * * ?", "cronTimeZone": "Europe/Zurich"}}})
    ask("connections/update", {**mine, "prefix": "", "scheduleType": "basic", "scheduleData": {
        "basicSchedule": {"timeUnit": "hours", "units": 24}}})
    ask("connections/update", {**mine, "scheduleType": "manual"})
    # The schedule has started a sync.
    fixture.stop(fixture.connection)
    ask("connections/update", {**mine, "syncCatalog": read["syncCatalog"]})
    ask("connections/status", {"connectionIds": [id]})
    ask("connections/auto_disable", mine)
    ask("web_backend/connections/list", place)
    for refreshed in (False, True):
        ask("web_backend/connections/get", {**mine, "withRefreshedCatalog": refreshed})
    ask("web_backend/connections/update", {**mine, "name": "From the web", "skipReset": True})
    made = ask("web_backend/connections/create", {
        "sourceId": read["sourceId"], "destinationId": read["destinationId"], "status": "inactive",
        "syncCatalog": read["syncCatalog"], "name": "Made from the web"})
    ask("connections/delete", {"connectionId": made.get("connectionId")})
    ask("web_backend/describe_cron_expression", {"cronExpression": "0 0 12 * * ?"})
    made = ask("operations/create", {**place, "name": "Call", "operatorConfiguration": {
        "operatorType": "webhook", "webhook": {"webhookType": "dbtCloud", "executionUrl": "https://example.com",
                                              "executionBody": "{}"}}})
    ask("operations/get", {"operationId": made.get("operationId")})
    ask("operations/list", mine)
    ask("operations/check", {"operatorType": "webhook"})
    ask("operations/delete", {"operationId": made.get("operationId")})


def jobs():
    mine = {"connectionId": fixture.connection}
    job = server.config("connections/sync", mine)["job"]["id"]
    server.ended(job)
    for operation in ("get", "get_without_logs", "get_light", "get_debug_info"):
        ask(f"jobs/{operation}", {"id": job})
    ask("jobs/get_last_replication_job", mine)
    ask("jobs/list", {"configTypes": ["sync"], "configId": fixture.connection, "includingJobId": job})
    ask("jobs/list_for_workspaces", {"configTypes": ["sync"], "workspaceIds": [fixture.workspace]})
    ask("attempt/get_for_job", {"jobId": job, "attemptNumber": 0})
    ask("attempt/get_combined_stats", {"jobId": job, "attemptNumber": 0})
    ask("stream_statuses/list", {"workspaceId": fixture.workspace, "pagination": {"pageSize": 10, "rowOffset": 0}})
    ask("stream_statuses/latest_per_run_state", mine)
    ask("state/get", mine)
    ask("web_backend/state/get_type", mine)
    state = ask("state/get", mine)
    for operation in ("create_or_update", "create_or_update_safe"):
        ask(f"state/{operation}", {**mine, "connectionState": state})
    ask("connections/last_job_per_stream", {**mine, "streams": [{"streamName": "users"}]})
    events = ask("connections/events/list", mine)
    for each in events.get("events", [])[:1]:
        ask("connections/events/get", {"connectionEventId": each["id"]})
    ask("connections/events/backfill", mine)
    ask("connections/refresh", {**mine, "refreshMode": "Merge"})
    fixture.stop(fixture.connection)
    for operation in ("reset", "clear"):
        ended(ask(f"connections/{operation}", mine))
    ended(ask("connections/reset/stream", {**mine, "streams": [{"streamName": "users"}]}))
    busy = server.config("connections/sync", {"connectionId": fixture.endless})["job"]["id"]
    ask("jobs/get", {"id": busy})
    ask("connections/status", {"connectionIds": [fixture.endless, fixture.connection]})
    ask("jobs/cancel", {"id": busy})
    server.ended(busy)


def ended(info):
    if "job" in info:
        server.ended(info["job"]["id"])


def the_public_api():
    place = fixture.workspace
    for path in ("health", "workspaces", "sources", "destinations", "connections", "jobs", "organizations", "tags",
                 f"workspaces/{place}", f"connections/{fixture.connection}", f"destinations/{fixture.destination}",
                 f"workspaces/{place}/definitions/sources", f"workspaces/{place}/definitions/destinations",
                 f"users?organizationId={ORGANIZATION}", f"permissions?userId={ORGANIZATION}"):
        public("GET", path)
    source = public("POST", "sources", {
        "name": "Public", "workspaceId": place, "definitionId": fixture.source_definition,
        "configuration": {"count": USERS}}).get("sourceId", NOBODY)
    public("GET", f"sources/{source}")
    public("PATCH", f"sources/{source}", {"name": "Patched"})
    public("PUT", f"sources/{source}", {"name": "Put", "configuration": {"count": USERS}})
    public("GET", f"streams?sourceId={source}&destinationId={fixture.destination}")
    connection = public("POST", "connections", {"sourceId": source, "destinationId": fixture.destination})
    connection = connection.get("connectionId", NOBODY)
    public("PATCH", f"connections/{connection}", {"name": "Patched", "schedule": {
        "scheduleType": "cron", "cronExpression": "0 0 12 * * ?"}})
    job = public("POST", "jobs", {"connectionId": fixture.connection, "jobType": "sync"}).get("jobId")
    server.ended(job)
    public("GET", f"jobs/{job}")
    job = public("POST", "jobs", {"connectionId": fixture.endless, "jobType": "sync"}).get("jobId")
    public("DELETE", f"jobs/{job}")
    server.ended(job)
    public("DELETE", f"connections/{connection}")
    public("DELETE", f"sources/{source}")


def scenario():
    """answers are what Airbyte's description says of their operations"""
    for part in (instance, workspaces, definitions, connectors, connections, jobs, the_public_api):
        part()
    print(f"{len(watch.right)} operations answered as they are described.")
    for title, names in (("not there yet", watch.missing), ("not in the description", watch.foreign)):
        print(f"{len(names)} are {title}:", *sorted(names), sep="\n    ")
    lines = [f"{name}: {complaint}" for name, found in sorted(watch.wrong.items()) for complaint in sorted(found)[:5]]
    expect(not lines, "These answers are other than they are described:\n" + "\n".join(lines))
    expect(len(watch.right) >= LEAST, f"Only {len(watch.right)} operations answered; the scenario broke off.")


run(scenario)
