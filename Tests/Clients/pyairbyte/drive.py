"""PyAirbyte's cloud module: a workspace that is deployed to, synced, looked at, changed and taken down again."""
import os
import tempfile

os.environ.update(
    HOME=tempfile.mkdtemp(prefix="pyairbyte-", dir=os.environ.get("WORK")), DO_NOT_TRACK="1",
    AIRBYTE_DISABLE_TELEMETRY="1", AIRBYTE_OFFLINE_MODE="1")
os.environ["AIRBYTE_LOGGING_ROOT"] = os.environ["HOME"]

import airbyte  # noqa: E402
from airbyte import exceptions  # noqa: E402
from airbyte.cloud import CloudClient, CloudWorkspace  # noqa: E402
from airbyte.cloud.models import WorkspacePrivilegeScope  # noqa: E402

from clientkit.cases import expect, expect_equal, expect_raises, run  # noqa: E402
from clientkit.fixture import USERS, Fixture  # noqa: E402

fixture = Fixture()
server = fixture.server
CREDENTIALS = {"client_id": server.client_id, "client_secret": server.client_secret}


def workspace():
    return CloudWorkspace(workspace_id=fixture.workspace, api_root=server.public_root, **CREDENTIALS)


def client():
    return CloudClient.from_auth(public_api_root=server.public_root, env_vars=False, **CREDENTIALS)


def faker(count=USERS):
    return airbyte.get_source("source-faker", config={"count": count}, no_executor=True)


def connected():
    return workspace().get_connection(fixture.connection)


def connects():
    """it connects, with a client's credentials and with a token, and knows its organization"""
    workspace().connect()
    token = server.send("POST", "/api/v1/applications/token", {
        "client_id": server.client_id, "client_secret": server.client_secret}, anonymous=True).json["access_token"]
    CloudWorkspace(workspace_id=fixture.workspace, api_root=server.public_root, bearer_token=token).connect()
    organization = workspace().get_organization()
    expect(organization.organization_id and organization.organization_name, f"It has no name: {organization}")
    expect(not organization.is_account_locked, "The organization is said to be locked.")


def user():
    """the user of the token has organizations, workspaces and a default one"""
    fixture.workspace
    found = client()
    organizations = found.list_organizations()
    expect(organizations, "There is no organization.")
    for scope in (WorkspacePrivilegeScope.INSTANCE_ADMIN, WorkspacePrivilegeScope.ANY):
        listed = [each.workspace_id for each in found.list_workspaces(privilege_scope=scope)]
        expect(fixture.workspace in listed, f"The workspace is not in the list of {scope}: {listed}")
    only = found.list_workspaces(organization_id=organizations[0].organization_id, name_contains="Clients")
    expect(fixture.workspace in [each.workspace_id for each in only], f"It is not among those with its name: {only}")
    # A member is who was granted the workspace itself, whatever an administrator may do.
    user = server.public("GET", "users", query={"organizationId": organizations[0].organization_id})["data"][0]
    granted = server.public("POST", "permissions", {
        "userId": user["id"], "workspaceId": fixture.workspace, "permissionType": "workspace_admin"})["permissionId"]
    member = client()
    expect_equal([each.workspace_id for each in member.list_workspaces()], [fixture.workspace], "The member's workspaces")
    member.set_default_workspace_for_user(user_email=user["email"], workspace_id=fixture.workspace)
    context = client().get_default_context_for_user()
    expect_equal((context.default_workspace_id, context.user_email), (fixture.workspace, user["email"]),
                 "The new default workspace and its user")
    server.public("DELETE", f"permissions/{granted}", expected=(204,))


def workspaces():
    """a workspace is made, renamed and taken away; one that has connections stays"""
    made = client().create_workspace(name="PyAirbyte")
    place = CloudWorkspace(workspace_id=made.workspace_id, api_root=server.public_root, **CREDENTIALS)
    place.rename(name="deleteme")
    expect_equal(server.public("GET", f"workspaces/{made.workspace_id}")["name"], "deleteme", "The new name")
    place.permanently_delete()
    expect_raises(exceptions.AirbyteError, place.connect, "Connecting to a deleted workspace")
    fixture.connection
    expect_raises(exceptions.AirbyteError, lambda: workspace().permanently_delete(safe_mode=False), "The deletion")


def deploys():
    """source, destination and connection are deployed, checked, synced and taken down"""
    place = workspace()
    source = place.deploy_source("deleteme people", faker(), definition_id=fixture.source_definition)
    expect_equal(source.name, "deleteme people", "The source's name")
    expect(source.check(raise_on_error=False), "The source does not check.")
    expect_raises(exceptions.AirbyteDuplicateResourcesError, lambda: place.deploy_source(
        "deleteme people", faker(), definition_id=fixture.source_definition), "A second source of that name")
    source.update_config({"count": 7, "sourceType": "faker"})
    held = server.config("sources/get", {"sourceId": source.source_id})["connectionConfiguration"]
    expect_equal(held["count"], 7, "The new count")
    expect_equal(source.rename("deleteme more people").name, "deleteme more people", "The source's new name")
    destination = place.deploy_destination("deleteme warehouse", airbyte.get_destination(
        "destination-postgres", config={"schema": "public", **fixture.postgres}, no_executor=True))
    expect(destination.check(raise_on_error=False), "The destination does not check.")
    expect_equal(destination.configuration["host"], fixture.postgres["host"], "The destination's host")
    expect_equal(destination.rename("deleteme lake").name, "deleteme lake", "The destination's new name")
    connection = place.deploy_connection(
        "deleteme connection", source=source, destination=destination, selected_streams=["users"],
        table_prefix="py_")
    expect_equal((connection.stream_names, connection.table_prefix), (["users"], "py_"), "What is synced")
    expect_equal(connection.run_sync(wait_timeout=180).records_synced, 7, "The number of records")
    expect(source.source_id in [each.connector_id for each in place.list_sources()], "It is not listed.")
    connection.rename("deleteme renamed")
    connection.permanently_delete(cascade_delete_source=True, cascade_delete_destination=True)
    expect_equal(place.list_sources(name="deleteme more people"), [], "The sources that are left")


def changes():
    """a connection is renamed, paused and scheduled, and its streams are chosen"""
    connection = workspace().get_connection(fixture.connect(fixture.source(USERS), "To change"))
    connection.check_is_valid()
    connection.rename("Changed")
    connection.set_table_prefix("new_")
    connection.set_selected_streams(["users", "products"])
    read = workspace().get_connection(connection.connection_id)
    expect_equal((read.name, read.table_prefix, sorted(read.stream_names)), ("Changed", "new_", ["products", "users"]),
                 "What is read after the change")
    connection.set_enabled(enabled=False)
    expect(not workspace().get_connection(connection.connection_id).enabled, "It is still enabled.")
    expect_raises(exceptions.PyAirbyteInputError, lambda: connection.run_sync(), "A sync of a disabled connection")
    connection.set_enabled(enabled=True)
    connection.set_schedule("0 0 12 * * ?")
    held = server.config("connections/get", {"connectionId": connection.connection_id})
    expect_equal(held["scheduleData"]["cron"], {"cronExpression": "0 0 12 * * ?", "cronTimeZone": "UTC"}, "The schedule")
    connection.set_manual_schedule()
    held = server.config("connections/get", {"connectionId": connection.connection_id})
    expect_equal(held["scheduleType"], "manual", "The kind of schedule")


def syncs():
    """a sync is run; its attempts, its logs and the history can be read"""
    result = connected().run_sync(wait_timeout=180)
    expect_equal(result.get_job_status().value, "succeeded", "The job's status")
    expect_equal(result.records_synced, USERS, "The number of records")
    expect(result.bytes_synced > 0, "No bytes were synced.")
    expect_equal(result.start_time.tzinfo is not None, True, "Whether the start has a zone")
    attempts = result.get_attempts()
    expect_equal([(each.attempt_id, each.status, each.records_synced) for each in attempts], [(0, "succeeded", USERS)],
                 "The attempts")
    text = attempts[0].get_full_log_text()
    expect("Reading users" in text, f"The source's line is not in the log: {text[:2000]}")
    found = connected().get_previous_sync_logs(limit=5)
    expect(result.job_id in [each.job_id for each in found], "The job is not in the history.")
    expect_equal(connected().get_sync_result().job_id, result.job_id, "The newest job")


def state():
    """state is read and written, as a whole and for a stream; while a sync runs it is refused with 423"""
    connection = connected()
    if connection.dump_raw_state(normalize=False)["stateType"] == "not_set":
        connection.run_sync(wait_timeout=180)
    expect_equal(connection.get_stream_state("users"), {"last": USERS}, "The state of users")
    connection.set_stream_state("users", {"last": 40})
    expect_equal(connection.get_stream_state("users"), {"last": 40}, "The new state of users")
    kept = connection.dump_raw_state(normalize=False)
    messages = connection.dump_raw_state()
    expect_equal(messages[0]["type"], "STREAM", "The kind of the state's message")
    expect_equal(connection.run_sync(wait_timeout=180).records_synced, USERS - 40, "The records since the new state")
    connection.import_raw_state(kept)
    expect_equal(connection.get_stream_state("users"), {"last": 40}, "The state that was put back")
    connection.import_raw_state(messages)
    expect_equal(connection.dump_raw_state(), messages, "The state that was put back as messages")
    shared = {"stateType": "global", "connectionId": connection.connection_id, "globalState": {
        "sharedState": {"lsn": 7}, "streamStates": [
            {"streamDescriptor": {"name": "users"}, "streamState": {"last": 50}}]}}
    other = workspace().get_connection(fixture.connect(fixture.source(USERS), "Global state"))
    other.import_raw_state(shared)
    found = server.config("state/get", {"connectionId": other.connection_id})
    expect_equal(found["globalState"]["shared_state"], {"lsn": 7}, "The shared state")
    other.set_stream_state("users", {"last": 60})
    found = server.config("state/get", {"connectionId": other.connection_id})
    expect_equal(found["globalState"]["shared_state"], {"lsn": 7}, "The shared state after a stream's was changed")
    expect_equal(other.get_stream_state("users"), {"last": 60}, "The state of users")
    busy = workspace().get_connection(fixture.endless)
    busy.run_sync(wait=False)
    try:
        expect_raises(exceptions.AirbyteConnectionSyncActiveError, lambda: busy.import_raw_state(kept), "The state")
    finally:
        fixture.stop(fixture.endless)


def catalog():
    """the catalog is read and replaced, as Airbyte's API has it and as connectors do"""
    id = fixture.connect(fixture.source(USERS), "Catalog")
    connection = workspace().get_connection(id)
    raw = connection.dump_raw_catalog(normalize=False)
    chosen = {"streams": [each for each in raw["streams"] if each["config"].get("selected")]}
    expect_equal([each["stream"]["name"] for each in chosen["streams"]], ["users"], "The streams")
    chosen["streams"][0]["config"].update(syncMode="full_refresh", destinationSyncMode="overwrite")
    connection.import_raw_catalog(chosen)
    held = server.config("connections/get", {"connectionId": id})["syncCatalog"]["streams"]
    expect_equal([(each["config"]["syncMode"], each["config"]["destinationSyncMode"]) for each in held],
                 [("full_refresh", "overwrite")], "How users are synced")
    protocol = connection.dump_raw_catalog()
    mine = [each for each in protocol["streams"] if each["stream"]["name"] == "users"]
    expect_equal([each["sync_mode"] for each in mine], ["full_refresh"], "The mode in the connectors' words")
    mine[0].update(destination_sync_mode="append")
    connection.import_raw_catalog({"streams": mine})
    held = server.config("connections/get", {"connectionId": id})["syncCatalog"]["streams"]
    expect_equal([each["config"]["destinationSyncMode"] for each in held], ["append"], "How users are written")
    jobs = server.config("jobs/list", {"configTypes": ["sync", "refresh", "clear", "reset_connection"], "configId": id})
    expect_equal(jobs["jobs"], [], "The jobs that the change started")


def cancels():
    """a running sync is cancelled, the newest one or one by its number"""
    connection = workspace().get_connection(fixture.endless)
    started = connection.run_sync(wait=False)
    expect(not started.is_job_complete(), "It is over already.")
    cancelled = connection.cancel_sync()
    expect_equal(cancelled.job_id, started.job_id, "The cancelled job")
    server.ended(started.job_id)
    expect_equal(started.get_job_status().value, "cancelled", "The job's status")
    expect_raises(exceptions.PyAirbyteInputError, connection.cancel_sync, "Cancelling again")
    again = connection.run_sync(wait=False)
    connection.cancel_sync(again.job_id)
    server.ended(again.job_id)


def failing_check():
    """a check that fails says why"""
    source = workspace().get_source(fixture.source(-1, "Nobody"))
    result = source.check(raise_on_error=False)
    expect(not result.success, "The check passed.")
    expect("negative" in str(result.error_message), f"The message is {result.error_message!r}.")


run(connects, user, workspaces, deploys, changes, syncs, state, catalog, cancels, failing_check)
