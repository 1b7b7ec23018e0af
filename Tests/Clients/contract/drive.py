"""Holds answers against Airbyte's own description of its API: a scenario calls every operation that both have, and the
body of each answer with status 200 must be what the description says of the operation.
"""
import os
import re
import uuid

import yaml
from clientkit.cases import expect, run
from clientkit.fixture import USERS, Fixture
from clientkit.server import until
from openapi_schema_validator import OAS30Validator, oas30_format_checker

ORGANIZATION = "00000000-0000-0000-0000-000000000000"
# Operations of both that the scenario does not see answered with 200 or 204, each for its reason.
UNSEEN = {
    # Only browsers sign in with them, and this server asks nobody to sign in.
    "POST /api/login", "POST /api/logout", "POST /api/oauth/access_token",
}

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
                    self.operations.append((method.upper(), pattern, operation, f"{method.upper()} /api{template}"))
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
        # Airbyte leaves out what is null, the namespace of a stream without one as well, and the kind of no job.
        for name in ("ConnectionSyncResultRead", "ConnectionLastJobPerStreamReadItem", "ConnectionStreamHistoryReadItem"):
            schemas[name]["required"] = [each for each in schemas[name]["required"] if each != "streamNamespace"]
        schemas["ConnectionSyncProgressRead"]["required"].remove("configType")

    def operation(self, method, path):
        path = path.split("?")[0]
        return next(((operation, title) for name, pattern, operation, title in self.operations
                     if name == method and pattern.fullmatch(path)), (None, None))

    def complaints(self, operation, answer):
        """What is wrong with an answer to the operation."""
        responses = {str(status): response for status, response in operation["responses"].items()}
        # Where the description has another sort of success with a body, 200 stands for it.
        described = next((each for each in (str(answer.status), "201", "204") if each in responses), None)
        if described is None and answer.status == 200:
            return ["the description knows no answer 200"]
        response = self.resolved(responses.get(described, {}))
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
        self.right, self.wrong, self.missing, self.foreign, self.refused = set(), {}, set(), set(), {}

    def __call__(self, method, path, answer):
        operation, name = self.description.operation(method, path)
        if operation is None:
            self.foreign.add(f"{method} {re.sub(r'[0-9a-f-]{36}', '{id}', path.split('?')[0])}")
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
        else:
            self.refused[name] = f"{answer.status} {answer.text[:300]}"

    def unseen(self, ours):
        """The operations that our description says are carried out, and that were never seen to be."""
        carried_out = {
            self.description.operation(method.upper(), path)[1]
            for path, methods in ours["paths"].items() for method, operation in methods.items()
            if any(status.startswith("2") for status in operation["responses"])}
        return carried_out - {None} - self.right - set(self.wrong) - UNSEEN


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
    server.send("GET", "/api/public")
    server.send("POST", "/api/v1/diagnostic_tool/generate_report", {"organizationId": ORGANIZATION})


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
    ask("notifications/try", {
        "workspaceId": id, "notificationType": "slack", "sendOnFailure": True, "sendOnSuccess": False,
        "slackConfiguration": {"webhook": "http://127.0.0.1:9/nothing"}})
    ask("notifications/try_webhook", {
        "workspaceId": id, 
        "notificationTrigger": "sync_failure", "slackConfiguration": {"webhook": "http://127.0.0.1:9/nothing"}})
    spare = ask("workspaces/create", {"name": "Spare", "organizationId": ORGANIZATION})
    named = str(uuid.uuid4())
    ask("workspaces/create_if_not_exist", {"id": named, "name": "Named", "organizationId": ORGANIZATION})
    ask("workspaces/list_paginated", {"workspaceIds": [id], "pagination": {"pageSize": 10, "rowOffset": 0}})
    ask("workspaces/get_by_connection_id", {"connectionId": fixture.connection})
    for each in (spare.get("workspaceId"), named):
        ask("workspaces/delete", {"workspaceId": each})
    ask("instance_configuration/setup", {
        "email": "owner@example.com", "initialSetupComplete": True, "anonymousDataCollection": False,
        "displaySetupWizard": False, "organizationName": "Owner"})
    made = ask("organizations/create", {"organizationName": "Other", "email": "other@example.com", "userId": ORGANIZATION})
    other = {"organizationId": made.get("organizationId")}
    ask("organizations/update", {**other, "organizationName": "Renamed"})
    ask("organizations/list_summaries", {
        "userId": ORGANIZATION, "pagination": {"pageSize": 10, "rowOffset": 0}})
    ask("organizations/delete", other)
    made = ask("tags/create", {"workspaceId": id, "name": "nightly", "color": "FF5733"})
    ask("tags/list", {"workspaceId": id})
    ask("tags/update", {"workspaceId": id, "tagId": made.get("tagId"), "name": "hourly", "color": "00FF00"})
    ask("tags/delete", {"workspaceId": id, "tagId": made.get("tagId")})


def people():
    place, organization = {"workspaceId": fixture.workspace}, {"organizationId": ORGANIZATION}
    made = server.send("POST", "/api/swiftlet/users", {"name": "Eve", "email": "eve@example.com"}).json
    user = {"userId": made["userId"]}
    ask("users/get", user)
    ask("users/get_by_email", {"email": "eve@example.com"})
    ask("users/get_or_create_by_auth_id", {"authUserId": ORGANIZATION, "authProvider": "keycloak"})
    ask("users/update", {**user, "name": "Eva"})
    given = ask("permissions/create", {**user, **place, "permissionType": "workspace_reader"})
    permission = {"permissionId": given.get("permissionId")}
    ask("permissions/get", permission)
    ask("permissions/update", {**permission, "permissionType": "workspace_editor"})
    ask("permissions/delete", permission)
    ask("permissions/create", {**user, **place, "permissionType": "workspace_reader"})
    ask("users/list_access_info_by_workspace_id", place)
    ask("users/list_by_organization_id", organization)
    ask("users/list_instance_admin")
    ask("permissions/delete_user_from_workspace", {**place, "userIdToRemove": user["userId"]})
    given = public("POST", "permissions", {**user, **place, "permissionType": "workspace_reader"})
    path = f"permissions/{given.get('permissionId')}"
    public("GET", path)
    public("PATCH", path, {"permissionType": "workspace_editor"})
    public("DELETE", path)
    ask("users/delete", user)
    made = ask("applications/create", {"name": "ci"})
    ask("applications/delete", {"applicationId": made.get("id")})
    made = public("POST", "applications", {"name": "ci"})
    public("GET", "applications")
    public("GET", f"applications/{made.get('id')}")
    public("DELETE", f"applications/{made.get('id')}")
    public("POST", "applications/token", {"client_id": server.client_id, "client_secret": server.client_secret})


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
        id = made.get(f"{kind}DefinitionId")
        ask("actor_definition_versions/get_default", {"actorDefinitionId": id})
        ask("actor_definition_versions/resolve", {
            "actorDefinitionId": id, "actorType": kind, "dockerImageTag": "1.0.1"})
        ask("connector_documentation/get", {**place, "actorDefinitionId": id, "actorType": kind})
        ask(f"{kind}_definitions/get_for_scope", {
            "actorDefinitionId": id, "scopeId": fixture.workspace, "scopeType": "workspace"})
        ask(f"{kind}_definitions/list_enterprise_stubs_for_workspace", place)
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
        ask(f"{kind}s/list_paginated", {
            "workspaceIds": [fixture.workspace], "pagination": {"pageSize": 10, "rowOffset": 0}})
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
    found = ask("sources/discover_schema", source)
    ask("sources/apply_schema_changes", {
        **source, "workspaceId": fixture.workspace, "catalogId": found.get("catalogId"), "catalog": found.get("catalog")})
    ask("catalogs/diff", {"current_catalog_id": found.get("catalogId"), "new_catalog_id": found.get("catalogId")})
    ask("scheduler/sources/discover_schema", {
        "sourceDefinitionId": fixture.source_definition, "workspaceId": fixture.workspace, "sourceId": source["sourceId"],
        "connectionConfiguration": {"count": USERS, "password": "swordfish"}})


def objects():
    place = {"workspaceId": fixture.workspace}
    definition = ask("destination_definitions/create_custom", {**place, "destinationDefinition": {
        "name": "With objects", "dockerRepository": "exec:destination-scripted", "dockerImageTag": "1.0.0",
        "documentationUrl": "https://example.com"}})
    lead = {"object_name": "Lead", "sync_mode": "append", "json_schema": {"type": "object"}, "matching_keys": [["id"]]}
    destination = ask("destinations/create", {
        **place, "name": "Leads", "destinationDefinitionId": definition.get("destinationDefinitionId"),
        "connectionConfiguration": {"directory": fixture.directory, "objects": [lead]}}).get("destinationId")
    ask("destinations/discover_schema", {"destinationId": destination})
    ask("destinations/discover_schema", {"destinationId": destination, "disableCache": True})
    connection = fixture.connect(fixture.source(USERS), "People to leads", destination)
    ask("destinations/get_catalog_for_connection", {"connectionId": connection})


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
    ask("connections/apply_schema_changes", {
        **mine, **place, "catalogId": read["sourceCatalogId"], "catalog": read["syncCatalog"]})
    ask("web_backend/connections/status_counts", place)
    ask("web_backend/mappers/validate", {**mine, "streamDescriptor": {"name": "users"}, "mappers": [{
        "type": "field-renaming", "mapperConfiguration": {"originalFieldName": "name", "newFieldName": "called"}}]})
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
    ask("operations/update", {"operationId": made.get("operationId"), "name": "Call again", "operatorConfiguration": {
        "operatorType": "webhook", "webhook": {"executionUrl": "https://example.com"}}})
    ask("operations/check", {"operatorType": "webhook", "webhook": {"executionUrl": "https://example.com"}})
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
        ask("connections/events/get", {**mine, "connectionEventId": each["id"]})
    ask("connections/events/list_minimal", {
        "workspaceId": fixture.workspace, "eventTypes": ["SYNC_SUCCEEDED"],
        "createdAtStart": "2020-01-01T00:00:00Z", "createdAtEnd": "2100-01-01T00:00:00Z"})
    ask("connections/events/list_for_job", {"id": job})
    ask("connections/sync_progress", mine)
    for operation in ("history/uptime", "history/data", "stream_history"):
        ask(f"connections/{operation}", {**mine, "numberOfJobs": 5, "timezone": "Europe/Zurich"})
    ask("connections/refresh", {**mine, "refreshMode": "Merge"})
    fixture.stop(fixture.connection)
    for operation in ("reset", "clear"):
        ended(ask(f"connections/{operation}", mine))
    for operation in ("reset", "clear"):
        ended(ask(f"connections/{operation}/stream", {**mine, "streams": [{"streamName": "users"}]}))
    busy = server.config("connections/sync", {"connectionId": fixture.endless})["job"]["id"]
    ask("jobs/get", {"id": busy})
    ask("connections/status", {"connectionIds": [fixture.endless, fixture.connection]})
    ask("jobs/cancel", {"id": busy})
    server.ended(busy)


def ended(info):
    if "job" in info:
        server.ended(info["job"]["id"])


def commands():
    source = fixture.source(USERS)
    runs = {
        "check": {"actor_id": source}, "discover": {"actor_id": source},
        "spec": {"workspace_id": fixture.workspace, "docker_image": "exec:source-people", "docker_image_tag": "dev",
                 "actor_definition_id": fixture.source_definition},
    }
    for name, body in runs.items():
        id = {"id": f"{name}-{source}"}
        ask(f"commands/run/{name}", {**id, **body})
        until(60, f"the command {name}", lambda: ask("commands/status", id),
              lambda answer: answer.get("status") not in ("pending", "running"))
        ask(f"commands/output/{name}", {**id, "with_logs": True})
        ask("commands/cancel", id)


def the_public_api():
    place = fixture.workspace
    for path in ("health", "workspaces", "sources", "destinations", "connections", "jobs", "organizations", "tags",
                 f"workspaces/{place}", f"connections/{fixture.connection}", f"destinations/{fixture.destination}",
                 f"workspaces/{place}/definitions/sources", f"workspaces/{place}/definitions/destinations",
                 f"users?organizationId={ORGANIZATION}", f"permissions?userId={ORGANIZATION}", "regions",
                 f"connector_definitions?workspaceId={place}&type=source", "connector_definitions?type=source"):
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
    settings = {"destination_path": fixture.warehouse + "-public"}
    made = public("POST", "destinations", {
        "name": "Public", "workspaceId": place, "definitionId": fixture.destination_definition,
        "configuration": settings})
    path = f"destinations/{made.get('destinationId')}"
    public("GET", path)
    public("PATCH", path, {"name": "Patched"})
    public("PUT", path, {"name": "Put", "configuration": settings})
    public("DELETE", path)
    made = public("POST", "tags", {"workspaceId": place, "name": "gold", "color": "FFD700"})
    path = f"tags/{made.get('tagId')}"
    public("GET", path)
    public("PATCH", path, {"name": "silver", "color": "C0C0C0"})
    public("DELETE", path)
    made = public("POST", "workspaces", {"name": "Spare"})
    path = f"workspaces/{made.get('workspaceId')}"
    public("PATCH", path, {"name": "Renamed"})
    public("DELETE", path)
    for kind, image in (("source", "exec:source-people"), ("destination", "exec:destination-scripted")):
        path = f"workspaces/{place}/definitions/{kind}s"
        made = public("POST", path, {"name": "Public", "dockerRepository": image, "dockerImageTag": "1.0.0"})
        public("GET", f"{path}/{made.get('id')}")
        public("PUT", f"{path}/{made.get('id')}", {"name": "Renamed", "dockerImageTag": "1.0.1"})
        public("DELETE", f"{path}/{made.get('id')}")


def scenario():
    """answers are what Airbyte's description says of their operations"""
    for part in (instance, workspaces, people, definitions, connectors, objects, connections, jobs, commands, the_public_api):
        part()
    print(f"{len(watch.right)} operations answered as they are described.")
    for title, names in (("not there yet", watch.missing), ("not in the description", watch.foreign)):
        print(f"{len(names)} are {title}:", *sorted(names), sep="\n    ")
    lines = [f"{name}: {complaint}" for name, found in sorted(watch.wrong.items()) for complaint in sorted(found)[:5]]
    unseen = [f"{name}: {watch.refused.get(name, 'was not asked')}" for name in sorted(
        watch.unseen(server.send("GET", "/api/v1/openapi").json))]
    lines += [f"{line} (never seen to be carried out)" for line in unseen]
    expect(not lines, "These answers are other than they are described:\n" + "\n".join(lines))


run(scenario)
