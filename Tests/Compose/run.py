#!/usr/bin/env python3
"""Tests deploy/: builds the image and has the compose files run through what happens to an installation.

With --engine DIR the data of a dockerd of our own is kept there, so that a second run need not make its images anew.
"""
import argparse
import sys
import time
import traceback

from engine import Engine, NoEngine
from container_scenarios import ContainerScenarios
from standins import StandIns

ORDER = """
every_setting_can_be_set the_units_are_sound
the_image_is_built the_image_is_small_and_has_no_rights its_packages_are_known
the_socket_proxy_lets_through_what_is_needed_alone
it_comes_up it_asks_who_calls it_is_idle_in_little_memory containers_have_few_rights a_sync_runs_by_native_connectors
a_sync_runs_by_the_image_of_a_connector a_killed_connector_fails_its_attempt_alone
a_worker_dies_and_takes_its_connector_along a_container_costs_little_to_start
a_worker_of_three_is_killed_in_mid_sync the_database_restarts_in_mid_sync it_is_upgraded_in_mid_sync
nothing_is_lost_by_down_and_up it_is_restored_as_the_docs_say no_secret_shows tls_is_in_front it_is_taken_away
the_newer_compose_brings_it_up_too
sqlite_comes_up sqlite_syncs_and_keeps it_is_taken_away
the_image_with_python_is_built sqlite_runs_connectors_from_pypi it_is_taken_away the_units_run
""".split()


def say(text):
    print(f"test-compose: {text}", flush=True)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--engine", metavar="DIR")
    options.add_argument("--if-possible", action="store_true", help="no failure where no container engine can be started")
    options.add_argument("--only", nargs="*", metavar="NAME", help="these alone, in this order")
    options = options.parse_args()
    engine = Engine(say, kept=options.engine)
    stand_ins = StandIns(engine, say)
    scenarios = ContainerScenarios(engine, say)
    failed = False
    try:
        try:
            engine.start()
        except NoEngine as error:
            say(f"skipped: {error}" if options.if_possible else f"FAILED: {error}")
            sys.exit(0 if options.if_possible else 1)
        stand_ins.make_missing()
        for name in options.only or ORDER:
            began = time.time()
            try:
                told = getattr(scenarios, name)()
            except Exception as error:  # noqa: BLE001
                failed = True
                say(f"FAILED {name.replace('_', ' ')}: {error}")
                if not isinstance(error, AssertionError):
                    traceback.print_exc()
                break
            say(f"ok {time.time() - began:6.1f} s  {name.replace('_', ' ')}" + (f": {told}" if told else ""))
    finally:
        try:
            if scenarios.stack:
                scenarios.it_is_taken_away()
            if not options.engine:
                stand_ins.remove()
        finally:
            engine.stop()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
