"""Airflow's provider: hook, operator, trigger and sensor, as a worker and a triggerer run them, without a scheduler."""
import asyncio
import os
import subprocess
import tempfile

HOME = tempfile.mkdtemp(prefix="airflow-", dir=os.environ.get("WORK"))
os.environ.update(
    AIRFLOW_HOME=HOME, AIRFLOW__CORE__LOAD_EXAMPLES="False", AIRFLOW__CORE__UNIT_TEST_MODE="False",
    AIRFLOW__LOGGING__LOGGING_LEVEL="WARNING", AIRFLOW__CORE__DAGS_FOLDER=HOME)

from clientkit import readme  # noqa: E402
from clientkit.cases import expect, expect_equal, expect_raises, run  # noqa: E402
from clientkit.fixture import USERS, Fixture  # noqa: E402

fixture = Fixture()
server = fixture.server


def connection(**parts):
    """A connection as Airflow reads it from its environment; the token's address is what the provider makes of none."""
    from airflow.sdk import Connection
    return Connection(conn_id="swiftlet", conn_type="airbyte", host=server.public_root, **parts).as_json()


def use(credentials):
    login = {"login": server.client_id, "password": server.client_secret} if credentials else {}
    os.environ["AIRFLOW_CONN_SWIFTLET"] = connection(**login)


use(credentials=True)

from airflow.providers.airbyte.hooks.airbyte import AirbyteHook  # noqa: E402
from airflow.providers.airbyte.operators.airbyte import AirbyteTriggerSyncOperator  # noqa: E402
from airflow.providers.airbyte.sensors.airbyte import AirbyteJobSensor  # noqa: E402
from airflow.providers.common.compat.sdk import AirflowException, TaskDeferred  # noqa: E402


def operator(connection_id, **more):
    return AirbyteTriggerSyncOperator(
        task_id="sync", airbyte_conn_id="swiftlet", connection_id=connection_id, wait_seconds=0.1, **more)


def sensor(job, **more):
    return AirbyteJobSensor(task_id="wait", airbyte_conn_id="swiftlet", airbyte_job_id=job, **more)


def deferred(task):
    try:
        task.execute({})
    except TaskDeferred as request:
        return request
    raise AssertionError("The task did not defer.")


def event(trigger):
    """What the triggerer gets from the trigger first."""
    async def first():
        async for each in trigger.run():
            return each.payload
    return asyncio.run(asyncio.wait_for(first(), 180))


def hook_tests_the_connection():
    """the hook's test of the connection, with credentials and without"""
    for credentials in (True, False) if not server.signs_in else (True,):
        use(credentials)
        answer = AirbyteHook("swiftlet").test_connection()
        expect_equal(answer, (True, "Connection successfully tested"), "The answer")
    use(credentials=True)


def token_paths():
    """the hook gets a token from each address that users give for it"""
    for schema in ("v1/applications/token", "/v1/applications/token", "/applications/token", "applications/token"):
        os.environ["AIRFLOW_CONN_SWIFTLET"] = connection(
            login=server.client_id, password=server.client_secret, schema=schema)
        job = AirbyteHook("swiftlet").submit_sync_connection(fixture.connection)
        expect_equal(server.ended(job.job_id)["job"]["status"], "succeeded", f"The job's status with {schema}")
    use(credentials=True)


def operator_waits():
    """the operator triggers a sync and waits for it"""
    job = operator(fixture.connection).execute({})
    info = server.ended(job)
    expect_equal(info["job"]["status"], "succeeded", "The job's status")
    expect(info["attempts"][-1]["attempt"]["recordsSynced"] <= USERS, "More records than there are were synced.")


def operator_fails():
    """the operator fails where the sync fails"""
    error = expect_raises(AirflowException, lambda: operator(fixture.failing).execute({}), "The operator")
    expect("Job failed" in str(error), f"The error is {error}.")


def operator_cancels():
    """the operator cancels the sync when its time is up"""
    error = expect_raises(
        AirflowException, lambda: operator(fixture.endless, timeout=2).execute({}), "The operator")
    expect("Timeout" in str(error), f"The error is {error}.")
    expect_no_job_is_left()


def killed():
    """a killed task cancels its sync"""
    task = operator(fixture.endless, asynchronous=True)
    task.execute({})
    task.on_kill()
    expect_no_job_is_left()


def sensor_waits():
    """the sensor waits for a job that was only submitted"""
    job = operator(fixture.connection, asynchronous=True).execute({})
    sensor(job, poke_interval=0.1, timeout=180).execute({})
    expect_equal(server.ended(job)["job"]["status"], "succeeded", "The job's status")


def sensor_fails():
    """the sensor fails for a job that failed, and for one that was cancelled"""
    job = operator(fixture.failing, asynchronous=True).execute({})
    server.ended(job)
    expect("failed" in str(expect_raises(AirflowException, lambda: sensor(job).poke({}), "The sensor")), "No reason.")
    job = operator(fixture.endless, asynchronous=True).execute({})
    AirbyteHook("swiftlet").cancel_job(job)
    server.ended(job)
    expect("cancelled" in str(expect_raises(AirflowException, lambda: sensor(job).poke({}), "The sensor")), "No reason.")


def deferrable_operator():
    """the deferrable operator hands over to its trigger and completes"""
    task = operator(fixture.connection, deferrable=True)
    payload = event(shortened(deferred(task).trigger))
    expect_equal(payload["status"], "success", f"The event's status ({payload})")
    task.execute_complete({}, payload)


def deferrable_operator_cancels():
    """the deferrable operator cancels the sync when its execution time is up"""
    from datetime import timedelta
    task = operator(fixture.endless, deferrable=True, execution_timeout=timedelta(seconds=2))
    payload = event(shortened(deferred(task).trigger))
    expect_equal(payload["status"], "timeout", f"The event's status ({payload})")
    expect_raises(RuntimeError, lambda: task.execute_complete({}, payload), "The operator")
    expect_no_job_is_left()


def deferrable_sensor():
    """the deferrable sensor hands over to its trigger and completes"""
    job = operator(fixture.endless, asynchronous=True).execute({})
    task = sensor(job, deferrable=True)
    trigger = shortened(deferred(task).trigger)
    AirbyteHook("swiftlet").cancel_job(job)
    server.ended(job)
    payload = event(trigger)
    expect_equal(payload["status"], "cancelled", f"The event's status ({payload})")
    expect_raises(RuntimeError, lambda: task.execute_complete({}, payload), "The sensor")


def shortened(trigger):
    """As the triggerer makes it anew from what was stored, but looking more often than once a minute."""
    path, arguments = trigger.serialize()
    expect(path.endswith("AirbyteSyncTrigger"), f"The trigger is {path}.")
    return type(trigger)(**{**arguments, "poll_interval": 0.1})


def unknown_connection():
    """a sync of a connection that there is not is refused"""
    error = expect_raises(
        AirflowException, lambda: operator("00000000-0000-4000-8000-000000000000").execute({}), "The operator")
    expect("404" in str(error), f"The error is {error}.")


def readme_example():
    """the README's DAG, with its connection, runs to its end"""
    set_up = f'{readme.example("Airflow", "sh")}\nprintf %s "$AIRFLOW_CONN_SWIFTLET"'
    os.environ.update(readme.settings(server, fixture.connection))
    os.environ["AIRFLOW_CONN_SWIFTLET"] = subprocess.run(
        ["bash", "-euc", set_up], capture_output=True, text=True, check=True).stdout
    from airflow.dag_processing.dagbag import DagBag
    from airflow.utils.db import initdb
    initdb()
    with open(f"{HOME}/shop.py", "w", encoding="utf-8") as file:
        file.write(readme.example("Airflow", "python"))
    bag = DagBag(HOME)
    expect_equal(bag.import_errors, {}, "The errors of the DAG")
    result = bag.dags["shop"].test()
    expect_equal(str(result.state), "success", "The DAG's state")
    states = {each.task_id: str(each.state) for each in result.get_task_instances()}
    expect_equal(states, {"sync": "success", "wait": "success"}, "The tasks' states")


def expect_no_job_is_left():
    jobs = server.config("jobs/list", {"configTypes": ["sync"], "configId": fixture.endless})["jobs"]
    expect(jobs, "There is no job.")
    expect_equal(server.ended(jobs[0]["job"]["id"])["job"]["status"], "cancelled", "The newest job's status")


run(hook_tests_the_connection, token_paths, operator_waits, operator_fails, operator_cancels, killed, sensor_waits,
    sensor_fails, deferrable_operator, deferrable_operator_cancels, deferrable_sensor, unknown_connection, readme_example)
