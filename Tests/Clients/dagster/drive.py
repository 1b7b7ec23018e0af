"""dagster-airbyte: the workspace resources of today, the resources before them, and what assets are made of them.

The cloud resources know one address only, Airbyte's own; a subclass gives them ours and changes nothing else.
"""
import os
import tempfile
import warnings
from typing import ClassVar
from urllib.parse import urlsplit

os.environ["DAGSTER_HOME"] = tempfile.mkdtemp(prefix="dagster-", dir=os.environ.get("WORK"))
warnings.filterwarnings("ignore")

import dagster  # noqa: E402
from clientkit.cases import expect, expect_equal, expect_raises, run  # noqa: E402
from clientkit.fixture import USERS, Fixture  # noqa: E402
from clientkit.server import until  # noqa: E402
from dagster_airbyte import (  # noqa: E402
    AirbyteCloudResource, AirbyteCloudWorkspace, AirbyteResource, AirbyteWorkspace, airbyte_assets, airbyte_sync_op,
    build_airbyte_assets, load_airbyte_asset_specs, load_assets_from_airbyte_instance)

fixture = Fixture()
server = fixture.server
place = urlsplit(server.url)
CREDENTIALS = {"client_id": server.client_id, "client_secret": server.client_secret}
BASIC = {"username": server.admin_name, "password": server.admin_password}
QUICKLY = {"poll_interval": 0.2, "request_max_retries": 0}


class CloudResource(AirbyteCloudResource):
    @property
    def api_base_url(self):
        return server.public_root


class CloudWorkspace(AirbyteCloudWorkspace):
    rest_api_base_url: ClassVar[str] = server.public_root
    configuration_api_base_url: ClassVar[str] = server.config_root


def workspace(**more):
    return AirbyteWorkspace(
        rest_api_base_url=server.public_root, configuration_api_base_url=server.config_root,
        workspace_id=fixture.workspace, **QUICKLY, **more)


def legacy(**more):
    return AirbyteResource(host=place.hostname, port=str(place.port), poll_interval=0.2, request_max_retries=0, **more)


def cloud_workspace():
    return CloudWorkspace(workspace_id=fixture.workspace, **CREDENTIALS, **QUICKLY)


def expect_synced(output):
    job = output.job_details
    expect_equal(job["status"], "succeeded", "The job's status")
    expect_equal(job["jobType"], "sync", "The job's type")
    expect_equal(output.connection_details["connectionId"], fixture.connection, "The connection's id")
    expect(all(value is not None for value in job.values()), f"A key of the job is null: {job}")


def materialized(assets, resource, key="airbyte"):
    """What one run of the assets brought about."""
    result = dagster.materialize(assets, resources={key: resource}, raise_on_error=False)
    expect(result.success, f"The run failed: {[e.message for e in result.all_events if e.is_failure]}")
    return {"/".join(each.asset_key.path) for each in result.get_asset_materialization_events()}


def workspace_signs_in():
    """AirbyteWorkspace syncs with a client's credentials, with a password and, where none is asked for, without"""
    ways = [CREDENTIALS, BASIC] + ([] if server.signs_in else [{}])
    for way in ways:
        expect_synced(workspace(**way).get_client().sync_and_poll(fixture.connection))


def workspace_cloud():
    """AirbyteCloudWorkspace syncs"""
    expect_synced(cloud_workspace().get_client().sync_and_poll(fixture.connection))


def specs():
    """the assets of a workspace are its connections' streams, with their columns"""
    fixture.connection
    found = load_airbyte_asset_specs(
        workspace(**CREDENTIALS), connection_selector_fn=lambda each: each.id == fixture.connection)
    expect_equal([each.key.path for each in found], [["users"]], "The assets' keys")
    columns = {each.name for each in found[0].metadata["dagster/column_schema"].columns}
    expect_equal(columns, {"id", "name", "email", "updated_at"}, "The columns")


def pages():
    """connections and jobs are read page by page to the end, each once"""
    ids = {fixture.connection} | {fixture.connect(fixture.source(USERS), f"Page {number}") for number in range(4)}
    client = workspace(**CREDENTIALS, max_items_per_page=2).get_client()
    listed = [each["connectionId"] for each in client.get_connections()]
    expect(ids <= set(listed), f"Connections are missing: {ids - set(listed)}")
    expect_equal(len(listed), len(set(listed)), "The number of connections")
    for _ in range(3):
        server.ended(server.config("connections/sync", {"connectionId": fixture.connection})["job"]["id"])
    jobs = [each.id for each in client.get_jobs_for_connection(fixture.connection)]
    expect(len(jobs) >= 3, f"There are {len(jobs)} jobs.")
    expect_equal(len(jobs), len(set(jobs)), "The number of jobs")


def assets():
    """assets of a connection are materialized by a sync"""
    resource = workspace(**CREDENTIALS)

    @airbyte_assets(connection_id=fixture.connection, workspace=resource, name="people")
    def people(context, airbyte: AirbyteWorkspace):
        yield from airbyte.sync_and_poll(context=context)

    expect_equal(materialized([people], resource), {"users"}, "What was materialized")


def time_out():
    """a sync that takes too long is cancelled"""
    client = workspace(**CREDENTIALS, poll_timeout=1).get_client()
    expect_raises(dagster.Failure, lambda: client.sync_and_poll(fixture.endless), "The sync")
    expect_cancelled()


def already_running():
    """a sync that runs is found, and gone on with where that is asked for"""
    job = server.config("connections/sync", {"connectionId": fixture.endless})["job"]["id"]
    error = expect_raises(
        dagster.Failure, lambda: workspace(**CREDENTIALS).get_client().sync_and_poll(fixture.endless), "The sync")
    expect("already running" in str(error.description), f"The error is {error.description}.")
    client = workspace(**CREDENTIALS, poll_previous_running_sync=True, poll_timeout=1).get_client()
    expect_raises(dagster.Failure, lambda: client.sync_and_poll(fixture.endless), "The sync")
    expect_equal(server.ended(job)["job"]["status"], "cancelled", "The status of the job that it went on with")


def failure():
    """a sync that fails is a failure"""
    for client in (workspace(**CREDENTIALS).get_client(), legacy(**BASIC)):
        expect_raises(dagster.Failure, lambda: client.sync_and_poll(fixture.failing), "The sync")
        fixture.stop(fixture.failing)


def legacy_syncs():
    """AirbyteResource, the older one, syncs, and shows the lines of the log"""
    output = legacy(**BASIC).sync_and_poll(fixture.connection)
    expect_equal(output.job_details["job"]["status"], "succeeded", "The job's status")
    lines = [line for each in output.job_details["attempts"] for line in each["logs"]["logLines"]]
    expect(any("Reading users" in line for line in lines), f"The source's line is not in the log: {lines[:20]}")


def legacy_looks_without_logs():
    """AirbyteResource finds its job in the list where it is not to show logs"""
    output = legacy(**BASIC, forward_logs=False).sync_and_poll(fixture.connection)
    expect_equal(output.job_details["job"]["status"], "succeeded", "The job's status")


def legacy_cancels():
    """AirbyteResource cancels a sync that takes too long"""
    expect_raises(dagster.Failure, lambda: legacy(**BASIC).sync_and_poll(fixture.endless, poll_timeout=1), "The sync")
    expect_cancelled()


def legacy_operation():
    """the operation and the assets of AirbyteResource run, and count records"""
    @dagster.job(resource_defs={"airbyte": legacy(**BASIC)})
    def job():
        airbyte_sync_op()

    options = {"config": {"connection_id": fixture.connection, "poll_interval": 0.2}}
    result = job.execute_in_process(run_config={"ops": {"airbyte_sync_op": options}})
    expect(result.success, "The job failed.")
    found = build_airbyte_assets(connection_id=fixture.connection, destination_tables=["users"])
    expect_equal(materialized(found, legacy(**BASIC)), {"users"}, "What was materialized")


def legacy_instance():
    """the assets of a whole instance are found by AirbyteResource"""
    fixture.connection
    found = load_assets_from_airbyte_instance(
        legacy(**BASIC), workspace_id=fixture.workspace,
        connection_filter=lambda each: each.name == "People to warehouse")
    keys = {"/".join(key.path) for each in found.compute_cacheable_data() for key in each.keys_by_output_name.values()}
    expect_equal(keys, {"users"}, "The assets' keys")


def legacy_cloud():
    """AirbyteCloudResource syncs, and cancels what takes too long"""
    resource = CloudResource(**CREDENTIALS, poll_interval=0.2, request_max_retries=0)
    output = resource.sync_and_poll(fixture.connection)
    expect_equal(output.job_details["job"]["status"], "succeeded", "The job's status")
    expect_raises(dagster.Failure, lambda: resource.sync_and_poll(fixture.endless, poll_timeout=1), "The sync")
    expect_cancelled()


def expect_cancelled():
    jobs = server.config("jobs/list", {"configTypes": ["sync"], "configId": fixture.endless})["jobs"]
    until(180, "the job to be cancelled", lambda: server.config("jobs/get", {"id": jobs[0]["job"]["id"]}),
          lambda info: info["job"]["status"] == "cancelled")


run(workspace_signs_in, workspace_cloud, specs, pages, assets, time_out, already_running, failure, legacy_syncs,
    legacy_looks_without_logs, legacy_cancels, legacy_operation, legacy_instance, legacy_cloud)
