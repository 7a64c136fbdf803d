"""A class is assessed to its end, whatever happens to the processes that do it, and few tasks wait at a time."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from proctor.errors import GraderError
from proctor.intake.snapshot import HandedIn
from proctor.marks.assessment import Assessment
from proctor.model import Ending
from proctor.pipeline import cluster as cluster_module, executors, worker
from proctor.pipeline.cluster import Cluster
from proctor.pipeline.executors import TASKS_PER_JOB, Workers
from support.examining import Bench, answer, check, points_of

pytestmark = pytest.mark.processes

STUDENTS = [f"s{number:02d}" for number in range(20)]
CLASS = dict.fromkeys(STUDENTS, "a folder")
SMALL = [answer("def double(x):\n    return 2 * x"), check("assert double(4) == 8")]


def forked(jobs):
    """Processes that know the functions of this file."""
    return ProcessPoolExecutor(jobs, mp_context=get_context("fork"))


def assess_quickly(_packed, student, _folder):
    return Assessment(student, Ending.GRADED, "", ())


def assess_or_die(_packed, student, _folder):
    if student in ("s03", "s11"):
        os.kill(os.getpid(), signal.SIGKILL)
    return Assessment(student, Ending.GRADED, "", ())


def assess_or_die_once(folder, student, _folder):
    if student == "s03":
        try:
            Path(pickle.loads(folder)).mkdir()  # noqa: S301 - what the test has packed
        except FileExistsError:
            return Assessment(student, Ending.GRADED, "", ())
        os.kill(os.getpid(), signal.SIGKILL)
    return Assessment(student, Ending.GRADED, "", ())


def refuse(_packed, _student, _folder):
    raise GraderError("No sandbox starts here.", slug="warm-parent")


def handed_in(folder):
    return HandedIn(folder, folder.with_name(f"{folder.name}-copy"))


class Counting(ThreadPoolExecutor):
    """Counts how many tasks have been handed over and are not done."""

    def __init__(self, jobs):
        super().__init__(jobs)
        self.open, self.most, self.lock = 0, 0, threading.Lock()

    def submit(self, *words):
        with self.lock:
            self.open += 1
            self.most = max(self.most, self.open)
        future = super().submit(*words)
        future.add_done_callback(self.close_one)
        return future

    def close_one(self, _: Future):
        with self.lock:
            self.open -= 1


class TestToTheEnd:
    """Processes end; the class does not notice."""

    def endings(self, monkeypatch, task, assignment="an assignment", jobs=2):
        monkeypatch.setattr(executors, "assess_one", task)
        with Workers(jobs, forked) as workers:
            found = list(workers.assessments(assignment, CLASS))
        assert sorted(it.student for it in found) == STUDENTS
        return {it.student: it for it in found}

    def test_everybody_is_assessed_once(self, monkeypatch):
        found = self.endings(monkeypatch, assess_quickly)

        assert {Ending.GRADED} == {it.ending for it in found.values()}

    @pytest.mark.parametrize("jobs", [1, 2, 3])
    def test_who_kills_the_process_costs_nobody_else(self, monkeypatch, jobs):
        found = self.endings(monkeypatch, assess_or_die, jobs=jobs)

        assert ["s03", "s11"] == [name for name in STUDENTS if found[name].ending is Ending.NOT_GRADED]
        assert "ended while they worked on this submission" in found["s03"].reason

    def test_a_process_that_ended_by_chance_costs_nobody(self, monkeypatch, tmp_path):
        found = self.endings(monkeypatch, assess_or_die_once, str(tmp_path / "killed"))

        assert (tmp_path / "killed").is_dir()
        assert {Ending.GRADED} == {it.ending for it in found.values()}

    def test_a_machine_where_nothing_starts_is_told_at_once(self, monkeypatch):
        with pytest.raises(GraderError, match="No sandbox starts here"):
            self.endings(monkeypatch, refuse)

    def test_nothing_starts_where_nothing_is_to_do(self):
        made = []
        with Workers(2, made.append) as workers:
            assert [] == list(workers.assessments("an assignment", {}))

        assert [] == made


def test_few_tasks_wait_at_a_time(monkeypatch):
    """Results of a large class would else pile up."""
    monkeypatch.setattr(executors, "assess_one", assess_quickly)
    made = []
    with Workers(2, lambda jobs: made.append(Counting(jobs)) or made[-1]) as workers:
        for _ in workers.assessments("an assignment", CLASS):
            time.sleep(0.001)

    assert 2 <= made[0].most <= 2 * TASKS_PER_JOB


@pytest.fixture(scope="module")
def scheduler():
    """A cluster of two processes on this machine; one death of a process is one too many."""
    import dask
    from distributed import LocalCluster

    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0") as made,
    ):
        yield made.scheduler_address


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.timeout(200)
class TestCluster:
    """Workers of Dask instead of processes of our own."""

    def test_a_class_is_graded(self, bench, scheduler):
        assignment = bench.assignment(SMALL)
        wrong = {"a1": "def double(x):\n    return x"}
        folders = {
            name: handed_in(bench.hand_in(assignment, wrong if name == "s03" else None)) for name in STUDENTS[:6]
        }
        cluster = Cluster(scheduler)
        with Workers(cluster.workers, lambda _: cluster) as workers:
            owners, _ = workers.survey(assignment)
            found = {it.student: points_of(it) for it in workers.assessments(assignment, folders)}

        assert 2 == cluster.workers
        assert [assignment.notebooks[0].ownership] == owners
        assert {name: {"t1": float(name != "s03")} for name in folders} == found

    def test_who_kills_workers_costs_nobody_else(self, monkeypatch, scheduler):
        def kill_worker(_packed, student, _folder):  # inside, so that it travels by value: a worker has no tests
            if student == "s03":
                os.kill(os.getpid(), signal.SIGKILL)
            return Assessment(student, Ending.GRADED, "", ())

        monkeypatch.setattr(executors, "assess_one", kill_worker)
        cluster = Cluster(scheduler)
        with Workers(cluster.workers, lambda _: cluster) as workers:
            found = {it.student: it.ending for it in workers.assessments("an assignment", CLASS)}

        assert "s03" in [name for name, ending in found.items() if ending is Ending.NOT_GRADED]
        assert sorted(found) == STUDENTS

    def test_workers_without_the_package_are_told(self, monkeypatch, scheduler):
        monkeypatch.setattr(cluster_module, "PACKAGE", "no_such_package")

        with pytest.raises(GraderError, match="Expected no_such_package on every Dask worker, found none on tcp://"):
            Cluster(scheduler)

    @pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nowhere"])
    def test_an_address_without_scheduler_is_told(self, address, monkeypatch):
        monkeypatch.setattr(cluster_module, "WAIT_SECONDS", 1.0)

        with pytest.raises(GraderError, match=f"Expected a Dask scheduler at {address}"):
            Cluster(address)


@pytest.fixture(scope="module")
def bench():
    with Bench() as made:
        yield made


@pytest.fixture
def station():
    """The station of this process, which is left at the end."""
    yield worker.stations
    worker._leave()


@pytest.mark.parametrize("which", ["students", "examiners"])
def test_a_warm_parent_that_is_gone_is_replaced(bench, station, which):
    assignment = bench.assignment(SMALL)
    packed = pickle.dumps(assignment)
    worker.warm_up(packed)
    parent = getattr(station[0].parents, which)
    parent._process.kill()
    parent._process.wait()
    found = worker.assess_one(packed, "ann", handed_in(bench.hand_in(assignment)))

    assert parent is not getattr(station[0].parents, which)
    assert [1.0] == [it.points for it in found.notebooks[0].questions]


def test_the_station_stays_for_what_needs_the_same(bench, station):
    assignment = bench.assignment(SMALL)
    for _ in range(2):
        worker.warm_up(pickle.dumps(assignment))
    first = station[0]
    worker.warm_up(pickle.dumps(bench.assignment([*SMALL, check("assert double(1) == 2")])))
    same = station[0]
    worker.warm_up(pickle.dumps(bench.assignment(SMALL, modules=("math",))))

    assert (True, False) == (same is first, station[0] is first)


LATE = """
import multiprocessing

from proctor.pipeline.worker import begin_process


class Ended:
    def is_alive(self):
        return {alive}


multiprocessing.parent_process = Ended
begin_process()
print("at work")
"""


@pytest.mark.parametrize(("alive", "code", "words"), [(False, 1, ""), (True, 0, "at work\n")])
def test_a_worker_whose_parent_was_killed_before_it_began_ends(alive, code, words):
    """The kernel tells only of a parent that ends later."""
    command = [sys.executable, "-c", LATE.format(alive=alive)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    assert (code, words) == (done.returncode, done.stdout)
