"""Runs what a client must be able to do, case by case, and says which it could not."""
import os
import sys
import time
import traceback


def expect(right, message):
    """Fails the case with a sentence."""
    if not right:
        raise AssertionError(message)


def expect_equal(found, wanted, what):
    expect(found == wanted, f"{what} is {found!r}; it should be {wanted!r}.")


def expect_raises(kind, act, what):
    """The error that `act` ends with; fails the case where it ends without."""
    try:
        act()
    except kind as error:
        return error
    raise AssertionError(f"{what} went through; it should have been refused.")


def run(*cases):
    """Runs every case and ends the process: with 0 where all went well. Their names are the cases' docstrings; `CASE` of
    the environment picks those whose function's name holds it."""
    failed = []
    for case in cases:
        if os.environ.get("CASE", "") not in case.__name__:
            continue
        started = time.monotonic()
        try:
            case()
            print(f"ok      {case.__doc__} ({time.monotonic() - started:.1f} s)", flush=True)
        except Exception as error:  # A client may fail in any way there is.
            traceback.print_exc()
            print(f"FAILED  {case.__doc__}", flush=True)
            failed.append((case.__doc__, f"{type(error).__name__}: {error}"))
    for name, reason in failed:
        print(f"\nFAILED  {name}\n        {reason[:1500]}", flush=True)
    # Not sys.exit: a thread that a client left behind must not hold up the end.
    sys.stderr.flush()
    os._exit(1 if failed else 0)
