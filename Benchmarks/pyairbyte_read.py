"""PyAirbyte reading users of source-faker into its default cache, for peers.py; run with the Python that has `airbyte`.

Arguments: the source's program, how many users there are, its configuration. Prints the seconds of the read as JSON.
"""
import json
import sys
import time

import airbyte

program, users = sys.argv[1], int(sys.argv[2])
source = airbyte.get_source(
    "source-faker", config=json.loads(sys.argv[3]), local_executable=program, streams=["users"])
started = time.perf_counter()
result = source.read()
seconds = time.perf_counter() - started
if result.processed_records != users or len(result["users"]) != users:
    sys.exit(f"pyairbyte: {result.processed_records} records were processed, not {users}.")
print(json.dumps({"seconds": seconds}))
