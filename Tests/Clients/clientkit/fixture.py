"""What a client finds on the server: a workspace with a source, a destination and connections between them."""
import json
import os
import tempfile
from functools import cached_property

from clientkit.server import Server

USERS = 100
ENDLESS = 2_000_000


class Fixture:
    """Made over the Config API, each thing when it is first asked for."""

    def __init__(self):
        self.server = Server()
        self.directory = os.environ.get("WORK") or tempfile.mkdtemp(prefix="clients-")

    @cached_property
    def workspace(self):
        """A workspace of this run's own."""
        organization = self.server.config("workspaces/list")["workspaces"][0]["organizationId"]
        made = self.server.config("workspaces/create", {"name": "Clients", "organizationId": organization})
        return made["workspaceId"]

    @cached_property
    def source_definition(self):
        made = self.server.config("source_definitions/create_custom", {
            "workspaceId": self.workspace,
            "sourceDefinition": {"name": "People", "dockerRepository": "exec:source-people", "dockerImageTag": "dev",
                                 "documentationUrl": "https://example.com"},
        })
        return made["sourceDefinitionId"]

    @cached_property
    def destination_definition(self):
        return self.native_definition("destination", "swiftlet/destination-sqlite")

    def native_definition(self, kind, image):
        listed = self.server.config(f"{kind}_definitions/list")[f"{kind}Definitions"]
        return next(each[f"{kind}DefinitionId"] for each in listed if each["dockerRepository"] == image)

    def source(self, count, name="People"):
        return self.server.config("sources/create", {
            "workspaceId": self.workspace, "name": name, "sourceDefinitionId": self.source_definition,
            "connectionConfiguration": {"count": count, "password": "swordfish"},
        })["sourceId"]

    @cached_property
    def destination(self):
        return self.server.config("destinations/create", {
            "workspaceId": self.workspace, "name": "Warehouse", "destinationDefinitionId": self.destination_definition,
            "connectionConfiguration": {"destination_path": self.warehouse},
        })["destinationId"]

    @property
    def warehouse(self):
        return f"{self.directory}/warehouse.sqlite"

    @cached_property
    def connection(self):
        """Syncs `USERS` users in a moment."""
        return self.connect(self.source(USERS), "People to warehouse")

    @cached_property
    def endless(self):
        """A connection whose sync does not end by itself."""
        return self.connect(self.source(ENDLESS, "Endless people"), "Endless")

    @cached_property
    def failing(self):
        """A connection whose sync fails: the directory of its destination's file is none."""
        destination = self.server.config("destinations/create", {
            "workspaceId": self.workspace, "name": "Nowhere", "destinationDefinitionId": self.destination_definition,
            "connectionConfiguration": {"destination_path": "/dev/null/warehouse.sqlite"},
        })["destinationId"]
        return self.connect(self.source(USERS, "Hopeful people"), "Failing", destination)

    def connect(self, source, name, destination=None, streams=("users",), **more):
        discovered = self.server.config("sources/discover_schema", {"sourceId": source})
        chosen = [each for each in discovered["catalog"]["streams"] if each["stream"]["name"] in streams]
        for each in chosen:
            each["config"].update(
                selected=True, syncMode="incremental", destinationSyncMode="append_dedup", primaryKey=[["id"]],
                cursorField=["updated_at"])
        return self.server.config("connections/create", {
            "sourceId": source, "destinationId": destination or self.destination, "name": name, "status": "active",
            "sourceCatalogId": discovered["catalogId"], "syncCatalog": {"streams": chosen}, **more,
        })["connectionId"]

    @cached_property
    def postgres(self):
        """An empty database: {host, port, database, username, password}."""
        return json.loads(os.environ["POSTGRES"])

    def stop(self, connection):
        """Cancels what runs on a connection, and waits until it is over."""
        jobs = self.server.config("jobs/list", {"configTypes": ["sync"], "configId": connection})["jobs"]
        for each in jobs:
            if each["job"]["status"] in ("pending", "running", "incomplete"):
                # It may have ended by itself meanwhile, which is 409.
                self.server.config("jobs/cancel", {"id": each["job"]["id"]}, expected=(200, 409))
                self.server.ended(each["job"]["id"])
