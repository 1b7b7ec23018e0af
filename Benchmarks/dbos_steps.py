"""Steps per second of DBOS, for flow.py; run with the Python that has `dbos`, prints one line of JSON.

The same workflow as FlowBench's CountSteps: steps one after the other, each returning its number. `async` uses
coroutines throughout, `threads` plain functions on DBOS's threads; what DBOS records is the same. The clock stops with
the last step, for a handle learns of the end by polling.
"""
import asyncio
import json
import sys
import time

from dbos import DBOS, DBOSConfig

ends = []
url, way, runs, steps, pool = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])


@DBOS.step()
async def number_async(number: int) -> int:
    return number


@DBOS.workflow()
async def count_async(steps: int) -> int:
    total = 0
    for number in range(steps):
        total += await number_async(number)
    ends.append(time.perf_counter())
    return total


@DBOS.step()
def number_plain(number: int) -> int:
    return number


@DBOS.workflow()
def count_plain(steps: int) -> int:
    total = 0
    for number in range(steps):
        total += number_plain(number)
    ends.append(time.perf_counter())
    return total


async def measure_async():
    await (await DBOS.start_workflow_async(count_async, steps)).get_result()
    started = time.perf_counter()
    handles = await asyncio.gather(*(DBOS.start_workflow_async(count_async, steps) for _ in range(runs)))
    await asyncio.gather(*(handle.get_result() for handle in handles))
    return max(ends) - started


def measure_threads():
    DBOS.start_workflow(count_plain, steps).get_result()
    started = time.perf_counter()
    handles = [DBOS.start_workflow(count_plain, steps) for _ in range(runs)]
    for handle in handles:
        handle.get_result()
    return max(ends) - started


config: DBOSConfig = {
    "name": "bench", "system_database_url": url, "sys_db_pool_size": pool, "max_executor_threads": runs + 28,
    "log_level": "ERROR",
}
DBOS(config=config)
DBOS.launch()
seconds = asyncio.run(measure_async()) if way == "async" else measure_threads()
print(json.dumps({"seconds": seconds, "rate": runs * steps / seconds}), flush=True)
DBOS.destroy()
