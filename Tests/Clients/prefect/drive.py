"""prefect-airbyte: its blocks, its flow and its older task, with Prefect's own server inside the process."""
import asyncio
import os
import tempfile
import warnings

os.environ.update(
    PREFECT_HOME=tempfile.mkdtemp(prefix="prefect-", dir=os.environ.get("WORK")), PREFECT_API_URL="",
    PREFECT_LOGGING_LEVEL="ERROR", DO_NOT_TRACK="1", PREFECT_SERVER_ANALYTICS_ENABLED="false",
    # The server in the process has half a minute for its start, too little for these on a busy machine.
    PREFECT_API_DATABASE_MIGRATE_ON_START="false", PREFECT_API_BLOCKS_REGISTER_ON_START="false")
warnings.filterwarnings("ignore")

from urllib.parse import urlsplit  # noqa: E402

from clientkit.cases import expect, expect_equal, expect_raises, run  # noqa: E402
from clientkit.fixture import USERS, Fixture  # noqa: E402
from prefect import flow  # noqa: E402
from prefect_airbyte import exceptions  # noqa: E402
from prefect_airbyte.connections import AirbyteConnection, trigger_sync  # noqa: E402
from prefect_airbyte.flows import run_connection_sync  # noqa: E402
from prefect_airbyte.server import AirbyteServer  # noqa: E402
from prefect.server.database.dependencies import provide_database_interface  # noqa: E402

asyncio.run(provide_database_interface().create_db())

fixture = Fixture()
server = fixture.server
place = urlsplit(server.url)
block = AirbyteServer(
    username=server.admin_name, password=server.admin_password, server_host=place.hostname, server_port=place.port)


def connection(id):
    return AirbyteConnection(airbyte_server=block, connection_id=id, poll_interval_s=1, timeout=60)


def sync(id):
    return asyncio.run(run_connection_sync(connection(id)))


def syncs():
    """the flow run_connection_sync triggers a sync, waits for it and tells what it moved"""
    result = sync(fixture.connection)
    expect_equal(result.job_status, "succeeded", "The result's status")
    expect_equal(result.records_synced, USERS, "The number of records")
    info = server.config("jobs/get", {"id": result.job_id})["job"]
    expect_equal(int(result.created_at.timestamp()), info["createdAt"], "createdAt")
    expect(result.updated_at >= result.created_at, "The job was updated before it was created.")


def fails():
    """the flow fails where the sync fails"""
    expect_raises(exceptions.AirbyteSyncJobFailed, lambda: sync(fixture.failing), "The flow")


def cancelled():
    """a sync that is looked at as soon as it is started has an attempt, and its end by cancelling is a failure"""
    async def body():
        started = await connection(fixture.endless).trigger.aio(connection(fixture.endless))
        waiting = asyncio.ensure_future(started.wait_for_completion.aio(started))
        await asyncio.sleep(1)
        expect(not waiting.done(), f"It did not wait: {waiting}")
        server.config("jobs/cancel", {"id": started.job_id})
        await waiting

    @flow
    async def follow():
        await body()

    expect_raises(exceptions.AirbyteSyncJobFailed, lambda: asyncio.run(follow()), "Waiting for it")


def unknown():
    """a connection that there is not is told apart from a server that is not well"""
    error = expect_raises(
        exceptions.ConnectionNotFoundException, lambda: sync("00000000-0000-4000-8000-000000000000"), "The flow")
    expect(error is not None, "No error.")


def inactive():
    """an inactive connection is not synced"""
    id = fixture.connect(fixture.source(USERS), "Inactive")
    server.config("connections/update", {"connectionId": id, "status": "inactive"})
    expect_raises(exceptions.AirbyteConnectionInactiveException, lambda: sync(id), "The flow")


def older_task():
    """the older task trigger_sync runs a sync to its end"""
    @flow
    async def older():
        return await trigger_sync(airbyte_server=block, connection_id=fixture.connection, poll_interval_s=1)

    result = asyncio.run(older())
    expect_equal(result["job_status"], "succeeded", "The result's status")
    expect_equal(result["status"], "active", "The connection's status")


run(syncs, fails, cancelled, unknown, inactive, older_task)
