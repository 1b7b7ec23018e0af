"""The calls of Airbyte's Terraform provider, which cannot be installed here: for each resource create, read, update,
read, delete. What `plan` would compare after `apply` is compared: what was asked for with what is read, and a reading with
the one after it."""
import json
import os
import re
import subprocess
import urllib.parse

from clientkit import readme
from clientkit.cases import expect, expect_equal, run
from clientkit.fixture import USERS, Fixture
from configuration import Configuration

fixture = Fixture()
server = fixture.server
MASK = "**********"
token = None


def call(method, path, body=None, query=None):
    """An answer of the public API, with the token that the provider gets by a form."""
    global token
    if token is None:
        form = urllib.parse.urlencode({
            "grant_type": "client_credentials", "client_id": server.client_id, "client_secret": server.client_secret})
        answer = server.send("POST", "/api/public/v1/applications/token", form.encode(),
                             {"Content-Type": "application/x-www-form-urlencoded"}, anonymous=True)
        expect_equal(answer.status, 200, f"The status of the token ({answer.text[:300]})")
        token = answer.json["access_token"]
    query = "?" + urllib.parse.urlencode(query, doseq=True) if query else ""
    return server.send(method, f"/api/public/v1/{path}{query}", body, {"Authorization": f"Bearer {token}"})


def right(method, path, body=None, query=None):
    """The object of an answer that the provider goes on with: 200 and JSON, exactly."""
    answer = call(method, path, body, query)
    expect_equal(answer.status, 200, f"The status of {method} {path} ({answer.text[:500]})")
    expect(answer.content_type.split(";")[0] == "application/json", f"{method} {path} answers {answer.content_type}.")
    return answer.json


class Resource:
    """A resource of the provider.

    - attributes: what the configuration says, as it must be read again; nested objects are compared key by key.
    - changed: the same after an update.
    """

    def __init__(self, path, key, update, deleted=(204, 404)):
        self.path, self.key, self.update, self.deleted = path, key, update, deleted

    def live(self, order, attributes, change, changed):
        """From its creation to its end."""
        made = right("POST", self.path, order)
        id = made[self.key]
        try:
            self.settled(id, made, attributes)
            again = right(self.update, f"{self.path}/{id}", change)
            expect_equal(again[self.key], id, "The id after the update")
            self.settled(id, again, changed)
        finally:
            answer = call("DELETE", f"{self.path}/{id}")
            expect(answer.status in self.deleted, f"DELETE {self.path}/{id} answered {answer}.")
        self.gone(id)

    def settled(self, id, written, attributes):
        """No drift: what is read is what was answered to the write, what was asked for, and stays."""
        first = right("GET", f"{self.path}/{id}")
        agree(attributes, written, f"{self.path} as it was written")
        agree(attributes, first, f"{self.path} as it is read")
        expect_equal(stable(first), stable(written), f"The reading of {self.path} after the write")
        expect_equal(stable(right("GET", f"{self.path}/{id}")), stable(first), f"The second reading of {self.path}")

    def gone(self, id):
        answer = call("GET", f"{self.path}/{id}")
        # Airbyte keeps the row of a deleted connection; the provider takes either as its absence.
        kept = answer.status == 200 and answer.json.get("status") == "deprecated"
        expect(answer.status == 404 or kept, f"GET {self.path}/{id} after its deletion answered {answer}.")
        answer = call("DELETE", f"{self.path}/{id}")
        expect(answer.status in self.deleted, f"A second DELETE {self.path}/{id} answered {answer}.")


def agree(wanted, found, what):
    """Every key that is wanted is found, and equal; lists of streams and tags are sets."""
    if isinstance(wanted, dict):
        expect(isinstance(found, dict), f"{what} is {found!r}, no object.")
        for key, value in wanted.items():
            expect(key in found, f"{what} has no {key}: {json.dumps(found)[:500]}")
            agree(value, found[key], f"{what}, {key}")
    elif isinstance(wanted, list) and wanted and isinstance(wanted[0], dict):
        expect_equal(len(found), len(wanted), f"The number of {what}")
        for one, other in zip(sorted(wanted, key=name), sorted(found, key=name)):
            agree(one, other, f"{what}, {name(one)}")
    else:
        expect_equal(found, wanted, what)


def stable(value):
    """With sets in an order."""
    if isinstance(value, dict):
        return {key: stable(each) for key, each in value.items()}
    if isinstance(value, list):
        return sorted((stable(each) for each in value), key=lambda each: json.dumps(each, sort_keys=True))
    return value


def name(each):
    return each.get("name", "")


def workspace():
    return right("POST", "workspaces", {"name": "Terraform"})["workspaceId"]


def workspaces():
    """airbyte_workspace"""
    off = {"email": {"enabled": False}}
    Resource("workspaces", "workspaceId", "PATCH").live(
        {"name": "Terraform", "notifications": {"success": off}},
        {"name": "Terraform", "dataResidency": "auto", "notifications": {"success": off}},
        {"name": "Terraform 2", "notifications": {"failure": off}},
        {"name": "Terraform 2", "notifications": {"success": off, "failure": off}})


def sources():
    """airbyte_source, by its definition"""
    place = workspace()
    definition = people(place)
    Resource("sources", "sourceId", "PUT").live(
        {"name": "People", "workspaceId": place, "definitionId": definition,
         "configuration": {"count": USERS, "password": "swordfish"}},
        {"name": "People", "workspaceId": place, "definitionId": definition,
         "configuration": {"count": USERS, "password": MASK}},
        {"name": "More people", "configuration": {"count": 7, "password": "herring"}},
        {"name": "More people", "workspaceId": place, "definitionId": definition,
         "configuration": {"count": 7, "password": MASK}})


def typed_sources():
    """airbyte_source_postgres, by the name of its kind"""
    place = workspace()
    settings = {"host": "db.example", "port": 5432, "database": "shop", "username": "reader", "password": "swordfish",
                "schemas": ["public"], "ssl_mode": {"mode": "require"}, "tunnel_method": {"tunnel_method": "NO_TUNNEL"},
                "replication_method": {"method": "Standard"}}
    kept = {key: settings[key] for key in ("host", "port", "database", "username", "schemas")}
    Resource("sources", "sourceId", "PUT").live(
        {"name": "Shop", "workspaceId": place, "configuration": {"sourceType": "postgres", **settings}},
        {"name": "Shop", "sourceType": "postgres", "configuration": kept},
        {"name": "Shop", "configuration": {"sourceType": "postgres", **settings, "port": 5433}},
        {"name": "Shop", "sourceType": "postgres", "configuration": {**kept, "port": 5433}})


def destinations():
    """airbyte_destination_postgres, by the name of its kind"""
    place = workspace()
    settings = {"schema": "public", "ssl_mode": {"mode": "disable"}, **fixture.postgres}
    settings.pop("schemas", None)
    kept = {key: settings[key] for key in ("host", "port", "database", "username", "schema")}
    Resource("destinations", "destinationId", "PUT").live(
        {"name": "Lake", "workspaceId": place, "configuration": {"destinationType": "postgres", **settings}},
        {"name": "Lake", "destinationType": "postgres", "configuration": {**kept, "password": MASK}},
        {"name": "Lake 2", "configuration": {"destinationType": "postgres", **settings, "schema": "raw"}},
        {"name": "Lake 2", "destinationType": "postgres", "configuration": {**kept, "schema": "raw"}})


def definitions():
    """airbyte_source_definition and airbyte_destination_definition"""
    place = workspace()
    for kind, image in (("sources", "exec:source-people"), ("destinations", "exec:destination-scripted")):
        path = f"workspaces/{place}/definitions/{kind}"
        Resource(path, "id", "PUT", deleted=(200, 404)).live(
            {"name": "Mine", "dockerRepository": image, "dockerImageTag": "1.0.0",
             "documentationUrl": "https://example.com"},
            {"name": "Mine", "dockerRepository": image, "dockerImageTag": "1.0.0",
             "documentationUrl": "https://example.com"},
            {"name": "Mine", "dockerImageTag": "1.0.1"},
            {"name": "Mine", "dockerRepository": image, "dockerImageTag": "1.0.1"})


def permissions():
    """airbyte_permission"""
    place = workspace()
    organization = right("GET", "organizations")["data"][0]["organizationId"]
    user = right("GET", "users", query={"organizationId": organization})["data"][0]["id"]
    Resource("permissions", "permissionId", "PATCH").live(
        {"userId": user, "workspaceId": place, "permissionType": "workspace_reader"},
        {"userId": user, "permissionType": "workspace_reader"},
        {"permissionType": "workspace_admin"},
        {"userId": user, "permissionType": "workspace_admin"})


def tags():
    """airbyte_tag"""
    place = workspace()
    Resource("tags", "tagId", "PATCH").live(
        {"name": "nightly", "color": "FF5733", "workspaceId": place},
        {"name": "nightly", "color": "FF5733", "workspaceId": place},
        {"name": "hourly", "color": "00FF00"},
        {"name": "hourly", "color": "00FF00", "workspaceId": place})


def people(place):
    return right("POST", f"workspaces/{place}/definitions/sources", {
        "name": "People", "dockerRepository": "exec:source-people", "dockerImageTag": "dev"})["id"]


def ends():
    """A source and a destination of one workspace."""
    place = workspace()
    source = right("POST", "sources", {
        "name": "People", "workspaceId": place, "definitionId": people(place), "configuration": {"count": USERS}})
    destination = right("POST", "destinations", {
        "name": "Lake", "workspaceId": place, "configuration": {"destinationType": "postgres", "schema": "public",
                                                                "ssl_mode": {"mode": "disable"}, **fixture.postgres}})
    return {"sourceId": source["sourceId"], "destinationId": destination["destinationId"]}


def least_connections():
    """airbyte_connection with nothing but its ends: the defaults are the provider's, and stay"""
    both = ends()
    defaults = {
        "namespaceDefinition": "destination", "nonBreakingSchemaUpdatesBehavior": "ignore", "prefix": "",
        "status": "active", "schedule": {"scheduleType": "manual"}, "tags": [],
        "configurations": {"streams": [
            {"name": each, "syncMode": "full_refresh_overwrite"} for each in ("users", "purchases", "products")]},
    }
    Resource("connections", "connectionId", "PATCH").live(
        both, {**both, **defaults}, {"name": "Named"}, {**both, **defaults, "name": "Named"})


def whole_connections():
    """airbyte_connection with everything: schedule, streams as a set, namespace, prefix, tags"""
    both = ends()
    place = right("GET", f"sources/{both['sourceId']}")["workspaceId"]
    tag = right("POST", "tags", {"name": "nightly", "color": "FF5733", "workspaceId": place})
    users = {"name": "users", "syncMode": "incremental_deduped_history"}
    purchases = {"name": "purchases", "syncMode": "incremental_append", "cursorField": ["updated_at"],
                 "selectedFields": [{"fieldPath": ["id"]}, {"fieldPath": ["updated_at"]}]}
    products = {"name": "products", "syncMode": "full_refresh_append"}
    wanted = {
        **both, "name": "People to lake", "prefix": "raw_", "status": "inactive", "tags": [tag],
        "namespaceDefinition": "custom_format", "namespaceFormat": "lake_${SOURCE_NAMESPACE}",
        "nonBreakingSchemaUpdatesBehavior": "propagate_fully",
        "schedule": {"scheduleType": "cron", "cronExpression": "0 0 12 * * ?"},
        "configurations": {"streams": [purchases, users]},
    }
    stored = {**wanted, "schedule": {"scheduleType": "cron", "cronExpression": "0 0 12 * * ? UTC"}}
    later = {
        **wanted, "name": "Later", "prefix": "", "status": "active", "tags": [], "namespaceDefinition": "source",
        "nonBreakingSchemaUpdatesBehavior": "disable_connection",
        # As the provider sends it back from its state.
        "schedule": {"scheduleType": "cron", "cronExpression": "0 30 6 * * ? UTC"},
        "configurations": {"streams": [users, products]},
    }
    for key in (*both, "namespaceFormat"):
        later.pop(key)
    Resource("connections", "connectionId", "PATCH").live(wanted, stored, later, {**both, **later})


def data_sources():
    """the data sources: every resource is found again by its id, and connections in their list"""
    both = ends()
    made = right("POST", "connections", {**both, "name": "Listed"})
    listed = right("GET", "connections", query={"workspaceIds": [made["workspaceId"]]})["data"]
    expect_equal([stable(each) for each in listed], [stable(made)], "The list of connections")
    for path in (f"sources/{both['sourceId']}", f"destinations/{both['destinationId']}",
                 f"workspaces/{made['workspaceId']}"):
        right("GET", path)


PATHS = {
    "airbyte_workspace": ("workspaces", "workspaceId"), "airbyte_source": ("sources", "sourceId"),
    "airbyte_destination": ("destinations", "destinationId"), "airbyte_connection": ("connections", "connectionId"),
}


def readme_example():
    """the README's example is applied, does not drift, syncs, and is destroyed"""
    sql("CREATE TABLE users (id int PRIMARY KEY, updated_at timestamptz); INSERT INTO users VALUES (1, now()), (2, now())")
    example = Configuration(readme.example("Terraform", "hcl"), {
        **fixture.postgres, "client_id": server.client_id, "client_secret": server.client_secret})
    expect_equal(urllib.parse.urlsplit(example.provider("airbyte")["server_url"]).path, "/api/public/v1", "The address")
    made = []

    def create(kind, attributes):
        path, key = PATHS[kind]
        order = renamed(attributes, camel)
        if "configuration" in order:
            order["configuration"] = json.loads(order["configuration"])
        answer = right("POST", path, order)
        made.append((path, answer[key]))
        # The provider keeps the configuration that it was given, and drops the zone of a schedule.
        wanted = {name: value for name, value in order.items() if name != "configuration"}
        if "schedule" in wanted:
            wanted["schedule"] = {**wanted["schedule"], "cronExpression": wanted["schedule"]["cronExpression"] + " UTC"}
        Resource(path, key, None).settled(answer[key], answer, wanted)
        return renamed(answer, snake)

    example.apply(create)
    job = right("POST", "jobs", {"connectionId": made[-1][1], "jobType": "sync"})["jobId"]
    server.ended(job)
    seen = right("GET", f"jobs/{job}")
    expect_equal((seen["status"], seen["rowsSynced"]), ("succeeded", 2), "How a sync ends, and its rows")
    for path, id in reversed(made):
        answer = call("DELETE", f"{path}/{id}")
        expect_equal(answer.status, 204, f"The status of DELETE {path}/{id} ({answer.text[:300]})")


def sql(text):
    place = fixture.postgres
    subprocess.run(
        ["psql", "-qX", "-v", "ON_ERROR_STOP=1", "-h", place["host"], "-p", str(place["port"]), "-U", place["username"],
         "-d", place["database"], "-c", text], check=True, env={**os.environ, "PGPASSWORD": place["password"]})


def renamed(value, rule):
    """With every key as the rule has it."""
    if isinstance(value, dict):
        return {rule(key): renamed(each, rule) for key, each in value.items()}
    return [renamed(each, rule) for each in value] if isinstance(value, list) else value


def camel(key):
    return re.sub(r"_(\w)", lambda found: found[1].upper(), key)


def snake(key):
    return re.sub(r"[A-Z]", lambda found: f"_{found[0].lower()}", key)


run(workspaces, sources, typed_sources, destinations, definitions, permissions, tags, least_connections,
    whole_connections, data_sources, readme_example)
