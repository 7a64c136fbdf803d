"""What the whole suite shares: long proofs on demand, a table of what could not run, recorded results."""

from __future__ import annotations

import collections
import os
import shutil

import hypothesis
import numpy as np
import pytest

from support import groups, installing, results, starting

# A slow moment of a busy machine is no fault of an example; `timeout` in pyproject.toml ends what hangs.
hypothesis.settings.register_profile("patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("patient")

collect_ignore = ["absent"]  # what stands there raises, which is its purpose
HARDWARE = {"gpu": "an NVIDIA GPU with CuPy"}
PROVED: dict[str, dict[str, dict]] = {}
LEFT_OUT: dict[str, int] = {}
TIMES = groups.Times()
STATES = pytest.StashKey[dict]()
RIGHTS = {"other user": "root, and a Python of this version that every user can run"}
PROGRAMS = {
    "bwrap": "bubblewrap (Debian: apt-get install bubblewrap)",
    "chromium": "Chromium (Debian: apt-get install chromium)",
}


def _is_missing(tool: str) -> bool:
    if tool == "gpu":
        from chainrule.backend import gpu_state

        return not gpu_state().usable
    if tool == "other user":
        return os.geteuid() != 0 or installing.python_for_others() is None
    return shutil.which(tool) is None


def pytest_sessionstart(session):
    """Before anything is imported that a long proof speaks of: what is saved later is none of its own."""
    if "full" in (session.config.option.markexpr or ""):
        session.config.stash[STATES] = results.states()


def pytest_collection_modifyitems(config, items):
    """Leave slow tests and long proofs out unless they are asked for."""
    groups.name_groups(items)
    kept, left_out = groups.select(items, config.option.markexpr or "")
    for word, others in left_out.items():
        LEFT_OUT[word] = len(others)
        config.hook.pytest_deselected(items=others)
    items[:] = kept
    if hasattr(config, "workeroutput"):
        config.workeroutput["left_out"] = LEFT_OUT


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error):
    """The main process collects nothing itself; a worker says what it has left out."""
    LEFT_OUT.update(getattr(node, "workeroutput", {}).get("left_out", {}))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """A test that starts processes says so, by the marker `processes` or as a slow one."""
    before = len(starting.SEEN)
    result = yield
    started = starting.SEEN[before:]
    if started and not (item.get_closest_marker("processes") or groups.group_of(item)):
        pytest.fail(f"It starts processes ({started[0]}) and has no marker `processes`.", pytrace=False)
    return result


def pytest_runtest_setup(item):
    """Skip what the machine cannot run; in CI a missing program is a failure, missing hardware never is."""
    for tool in [tool for marker in item.iter_markers("needs") for tool in marker.args]:
        if _is_missing(tool):
            reason = f"needs {(HARDWARE | RIGHTS | PROGRAMS)[tool]}"
            if tool in PROGRAMS and os.environ.get("CI") == "true":
                pytest.fail(reason, pytrace=False)
            pytest.skip(reason)


def pytest_terminal_summary(terminalreporter):
    """Close with a table of what was not run and what it needs."""
    missing = collections.Counter()
    for report in terminalreporter.getreports("skipped"):
        reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        missing[report.nodeid.split("::")[0], reason.removeprefix("Skipped: ")] += 1
    if missing:
        terminalreporter.section("not run here")
    for (file, reason), count in sorted(missing.items()):
        terminalreporter.line(f"{count:5} tests of {file}  {reason}")
    took = list(TIMES.lines(terminalreporter.config.getoption("numprocesses", None) or 1))
    if took or LEFT_OUT:
        terminalreporter.section("groups")
    for line in took:
        terminalreporter.line(line)
    for word, count in sorted(LEFT_OUT.items()):
        terminalreporter.line(f"{count:5} tests left out: {groups.WORDS[word]}")
    if any("test_unit_proofs.py" in report.nodeid for report in terminalreporter.getreports("passed")):
        terminalreporter.section("long proofs, and how old each is")
        for line in results.lines():
            terminalreporter.line(line)


def pytest_runtest_logreport(report):
    """Collect what the long proofs measured and how long groups took; under xdist this runs in the main process."""
    TIMES.add(report)
    if report.when == "call" and report.passed:
        for name, fact in report.user_properties:
            if name.startswith("proof:"):
                _, unit, kind = name.split(":")
                PROVED.setdefault(unit, {})[kind] = fact


def pytest_sessionfinish(session, exitstatus):
    """Write tests/RESULTS.json when every long proof has held."""
    if PROVED and exitstatus == 0 and not hasattr(session.config, "workerinput"):
        results.write(PROVED)


@pytest.fixture
def rng():
    """A generator that gives the same numbers in every run."""
    return np.random.default_rng(20260401)


@pytest.fixture
def record_proof(record_property, request):
    """Record a fact of a long proof for a unit: record_proof(unit, kind, name=value)."""
    before = request.config.stash[STATES]

    def record(unit, kind, **facts):
        if results.states()[unit] != before[unit]:
            pytest.fail(f"Files of {unit} or of the engine changed while {request.node.name} ran: nothing is proved.")
        record_property(f"proof:{unit}:{kind}", {**facts, "of": before[unit]})

    return record
