"""Functions in AWS's Runtime Interface Client: starts, errors, time-outs, crashes, and concurrent events."""

import json
import os
import shutil
import time
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from local.environments import Failure, Outcome
from local.functions import MAX_ENVIRONMENTS, LambdaFunction
from tests.local.assemblies import AssemblyWriter
from tests.local.conftest import StartFunctions

pytestmark = pytest.mark.xdist_group("local functions")

OBEDIENT = """
    import json, os, subprocess, sys, time

    print("loaded")
    COUNT = 0

    def handler(event, context):
        global COUNT
        COUNT += 1
        match event.get("do"):
            case "sleep":
                time.sleep(event["seconds"])
            case "raise":
                raise ValueError("no such pick")
            case "exit":
                os._exit(3)
            case "crash":
                os.abort()
            case "much":
                return "x" * 7_000_000
            case "no json":
                return {1, 2}
            case "leave a child":
                return subprocess.Popen(["sleep", "60"]).pid
            case "environment":
                return {"variables": dict(os.environ), "path": sys.path, "folder": os.getcwd()}
        return {
            "count": COUNT,
            "pid": os.getpid(),
            "remaining": context.get_remaining_time_in_millis(),
            "name": context.function_name,
            "arn": context.invoked_function_arn,
        }
"""


@pytest.fixture(scope="module")
def functions(module_assembly: AssemblyWriter, start_functions: StartFunctions) -> dict[str, LambdaFunction]:
    layer = module_assembly.asset("layer", {"python/brought.py": "VALUE = 'by the layer'"})
    module_assembly.api["Layer"] = {"Type": "AWS::Lambda::LayerVersion", "Properties": {"Content": layer}}
    module_assembly.function("Free", OBEDIENT, Timeout=2, environment={"STAGE": "test", "URL": "https://real"})
    module_assembly.function("Single", OBEDIENT, Timeout=1, ReservedConcurrentExecutions=1)
    module_assembly.function("Never", OBEDIENT, ReservedConcurrentExecutions=0)
    module_assembly.function("Unloadable", "import nothing_like_it")
    module_assembly.function("Slow", "import time; time.sleep(60)", Timeout=1)
    module_assembly.function("Quitter", "import os; print('bye'); os._exit(1)")
    module_assembly.function("Vanishing", OBEDIENT)
    module_assembly.function("Misnamed", "", Handler="handler.nobody")
    module_assembly.function(
        "Layered", "import brought\ndef handler(event, context): return brought.VALUE", Layers=[{"Ref": "Layer"}]
    )
    running = start_functions(module_assembly, overrides={"URL": "http://stand-in", "UNKNOWN": "x"})
    return {name: function for name in running.names if (function := running.by_name(name))}


def result(outcome: Outcome) -> Any:
    assert outcome.failure is None, outcome
    return json.loads(outcome.payload)


def command(do: str, **more: Any) -> bytes:
    return json.dumps({"do": do, **more}).encode()


def log_of(function: LambdaFunction, awaited: str) -> str:
    """Wait until the log contains `awaited` and return it. A process's output arrives with a delay."""
    deadline = time.monotonic() + 5
    while awaited not in (log := function.log_path.read_text(encoding="utf-8")):
        assert time.monotonic() < deadline, log
        time.sleep(0.02)
    return log


def test_a_warm_start_keeps_the_process(functions: dict[str, LambdaFunction]) -> None:
    first = result(functions["free"].invoke(b"{}"))
    second = result(functions["free"].invoke(b"{}"))

    assert first["name"] == "test-free"
    assert first["arn"] == "arn:aws:lambda:us-east-1:123456789012:function:test-free"
    assert 0 < first["remaining"] <= 2000
    assert (second["pid"], second["count"]) == (first["pid"], first["count"] + 1)
    log = log_of(functions["free"], "loaded")
    assert log.count("loaded") == 1
    assert "START RequestId: " in log
    assert "Init Duration: " in log


def test_the_process_sees_lambdas_environment_and_nothing_of_this_machine(
    functions: dict[str, LambdaFunction], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ODDS_API_KEY", "must not be seen")
    monkeypatch.setenv("PYTHONSTARTUP", "must not be seen")

    seen = result(functions["free"].invoke(command("environment")))

    variables = seen["variables"]
    assert variables["STAGE"] == "test"
    assert variables["URL"] == "http://stand-in", "the laptop cloud's word counts where the template has the variable"
    assert "UNKNOWN" not in variables
    assert variables["AWS_LAMBDA_FUNCTION_NAME"] == "test-free"
    assert variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert variables["TZ"] == ":UTC"
    assert variables["LAMBDA_TASK_ROOT"] == seen["folder"] == seen["path"][0]
    assert "Root=1-" in variables["_X_AMZN_TRACE_ID"]
    assert variables["HOME"] != os.environ.get("HOME")
    assert "must not be seen" not in variables.values()
    assert not [folder for folder in seen["path"] if ".venv" in folder]


def test_a_layers_packages_can_be_imported(functions: dict[str, LambdaFunction]) -> None:
    assert result(functions["layered"].invoke(b"{}")) == "by the layer"


def test_an_error_is_told_and_the_process_lives_on(functions: dict[str, LambdaFunction]) -> None:
    before = result(functions["free"].invoke(b"{}"))

    outcome = functions["free"].invoke(command("raise"))

    assert outcome.failure is Failure.FUNCTION_ERROR
    assert (outcome.error["errorType"], outcome.error["errorMessage"]) == ("ValueError", "no such pick")
    assert outcome.error["stackTrace"]
    assert outcome.summary == "function error (ValueError)"
    assert result(functions["free"].invoke(b"{}"))["pid"] == before["pid"]
    assert log_of(functions["free"], "[ERROR] ValueError: no such pick\n")


@pytest.mark.parametrize(("do", "how"), [("exit", "exit status 3"), ("crash", "signal: SIGABRT")])
def test_a_crash_is_told_and_the_next_event_gets_a_fresh_process(
    functions: dict[str, LambdaFunction], do: str, how: str
) -> None:
    before = result(functions["single"].invoke(b"{}"))

    outcome = functions["single"].invoke(command(do))
    after = result(functions["single"].invoke(b"{}"))

    assert outcome.failure is Failure.FUNCTION_ERROR
    assert outcome.error["errorType"] == "Runtime.ExitError"
    assert outcome.error["errorMessage"].endswith(f"Error: Runtime exited with error: {how}")
    assert after["count"] == 1
    assert after["pid"] != before["pid"]


def test_a_process_is_crashed_only_while_it_is_busy(functions: dict[str, LambdaFunction]) -> None:
    function = functions["single"]
    before = result(function.invoke(b"{}"))["pid"]
    assert not function.crash()
    assert result(function.invoke(b"{}"))["pid"] == before
    under_way = function.submit(command("sleep", seconds=0.8))
    time.sleep(0.3)  # an event that the process has not taken yet would go to another one
    assert function.crash()
    outcome = under_way.result(5)
    assert (outcome.failure, outcome.error["errorType"]) == (Failure.FUNCTION_ERROR, "Runtime.ExitError")
    assert result(function.invoke(b"{}"))["pid"] != before


def test_the_process_after_a_crash_was_loaded_before_it(functions: dict[str, LambdaFunction]) -> None:
    function = functions["single"]
    for _ in range(3):
        busy = result(function.invoke(b"{}"))["pid"]
        under_way = function.submit(command("sleep", seconds=0.8))
        time.sleep(0.3)  # an event that the process has not taken yet would go to another one
        spare = function._spare
        assert function.crash()
        assert under_way.result(5).failure is Failure.FUNCTION_ERROR
        after = result(function.invoke(b"{}"))
        assert after["count"] == 1
        assert after["pid"] != busy
        assert spare is None or spare._process.pid == after["pid"]
        deadline = time.monotonic() + 5
        while function._spare is None:
            assert time.monotonic() < deadline
    assert spare is not None


def test_a_process_that_ended_between_events_is_replaced_unnoticed(functions: dict[str, LambdaFunction]) -> None:
    before = result(functions["single"].invoke(b"{}"))
    os.kill(before["pid"], 9)
    # The signal is delivered shortly after `kill` returns; the event must be sent after that.
    deadline = time.monotonic() + 5
    while Path(f"/proc/{before['pid']}").exists():
        assert time.monotonic() < deadline

    after = result(functions["single"].invoke(b"{}"))

    assert after["pid"] != before["pid"]


def test_a_time_out_ends_the_process(functions: dict[str, LambdaFunction]) -> None:
    before = result(functions["single"].invoke(b"{}"))
    started = time.monotonic()

    outcome = functions["single"].invoke(command("sleep", seconds=30))

    assert outcome.failure is Failure.TIMED_OUT
    assert outcome.error["errorMessage"].endswith("Task timed out after 1.00 seconds")
    assert 0.9 < time.monotonic() - started < 5
    assert log_of(functions["single"], "Task timed out after 1.00 seconds")
    assert result(functions["single"].invoke(b"{}"))["pid"] != before["pid"]
    assert ends(before["pid"])


def test_a_result_that_is_none_is_an_error(functions: dict[str, LambdaFunction]) -> None:
    assert functions["free"].invoke(command("no json")).error["errorType"] == "Runtime.MarshalError"
    assert functions["free"].invoke(command("much")).error["errorType"] == "Function.ResponseSizeTooLarge"
    too_large = functions["free"].invoke(json.dumps("x" * 7_000_000).encode())
    assert too_large.error["errorType"] == "RequestTooLargeException"


@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [
        ("unloadable", "Runtime.ImportModuleError", "No module named 'nothing_like_it'"),
        ("misnamed", "Runtime.HandlerNotFound", "Handler 'nobody' missing on module 'handler'"),
        ("quitter", "Runtime.ExitError", "exit status 1"),
    ],
)
def test_a_function_that_cannot_load_says_why(
    functions: dict[str, LambdaFunction], name: str, kind: str, message: str
) -> None:
    for _ in range(2):
        outcome = functions[name].invoke(b"{}")

        assert outcome.failure is Failure.FUNCTION_ERROR
        assert outcome.error["errorType"] == kind
        assert message in outcome.error["errorMessage"]


def test_code_that_is_gone_is_an_error_and_no_exception(
    functions: dict[str, LambdaFunction], module_assembly: AssemblyWriter
) -> None:
    shutil.rmtree(module_assembly.folder / "asset.vanishing")

    outcome = functions["vanishing"].invoke(b"{}")

    assert outcome.failure is Failure.FUNCTION_ERROR
    assert outcome.error["errorType"] == "Runtime.InvalidEntrypoint"


def test_loading_that_never_ends_times_out(
    functions: dict[str, LambdaFunction], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local.environments.INIT_SECONDS", 1)

    outcome = functions["slow"].invoke(b"{}")

    assert outcome.failure is Failure.TIMED_OUT


def test_reserved_concurrency_throttles(functions: dict[str, LambdaFunction]) -> None:
    result(functions["single"].invoke(b"{}"))
    busy = functions["single"].submit(command("sleep", seconds=0.5))
    time.sleep(0.1)

    second = functions["single"].invoke(b"{}")

    assert second.failure is Failure.THROTTLED
    assert second.error["errorType"] == "TooManyRequestsException"
    assert busy.result(5).failure is None
    assert functions["never"].invoke(b"{}").failure is Failure.THROTTLED


def test_events_at_once_get_processes_of_their_own_up_to_the_laptops_limit(
    functions: dict[str, LambdaFunction],
) -> None:
    def all_of(events: list[Future[Outcome]]) -> set[int]:
        return {result(event.result(30))["pid"] for event in events}

    three = all_of([functions["free"].submit(command("sleep", seconds=0.5)) for _ in range(3)])
    many = all_of([functions["free"].submit(command("sleep", seconds=0.1)) for _ in range(MAX_ENVIRONMENTS + 4)])

    assert len(three) == 3
    assert len(many) <= MAX_ENVIRONMENTS


def test_idle_processes_are_limited_over_all_functions(tmp_path: Path, start_functions: StartFunctions) -> None:
    written = AssemblyWriter(tmp_path / "assembly")
    for name in ("First", "Second", "Third"):
        written.function(name, OBEDIENT)
    functions = start_functions(written, max_idle=2)
    first, second, third = (functions.named(name) for name in ("first", "second", "third"))
    oldest, older, _ = [result(function.invoke(b"{}"))["pid"] for function in (first, second, first)]

    busy = first.submit(command("sleep", seconds=1))
    result(third.invoke(b"{}"))
    assert result(second.invoke(b"{}"))["pid"] == older, "the limit is of idle processes, and one was busy"
    assert result(busy.result(10))["pid"] == oldest

    assert result(third.invoke(b"{}"))["count"] == 1, "the least recently used was the third function's"
    assert ends(older)
    assert result(first.invoke(b"{}"))["pid"] == oldest


def test_what_a_function_leaves_behind_ends_with_its_process(functions: dict[str, LambdaFunction]) -> None:
    child = result(functions["single"].invoke(command("leave a child")))
    assert is_running(child)

    functions["single"].invoke(command("exit"))

    assert ends(child)


def ends(pid: int) -> bool:
    """Return whether the process is gone within two seconds."""
    deadline = time.monotonic() + 2
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not is_running(pid)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
