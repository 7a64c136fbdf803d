"""The inside run, beside student code, has no channel back: it forges no verdict, buys no waiting cell, tells nobody.

Each forgery makes the wrong answer right where student code runs. The verdict outside stands, and no person is asked.
"""

from __future__ import annotations

import pytest

from proctor.plan.departures import departures
from proctor.sandbox.policy import Fence
from support.examining import Bench, answer, check, given, plan_of, points_of

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("inside channels")]
MARKER = "hidden-8152"
# A test that honest work may lose outside, so that a person might be asked: see the first test.
PARTS = [
    given("import math\nimport numpy as np\nxs = [0, 0.5, 1]"),
    answer("ys = [x * x for x in xs]"),
    check("assert len(ys) == len(xs)"),
]
WRONG = "xs = [1, 2]\nys = [1]\nLEN = lambda it, real=len: 3 if type(it) is list else real(it)\n"
REPLY = """
import os, socket, struct
for fd in range(3, 64):
    for number in (0, 1, 2, 2**32 - 1):
        try:
            os.write(fd, struct.pack(">III", 9, number, 0) + b"\\x93\\xa5value\\x90\\x80")
        except OSError:
            pass
"""
FRAMES = """
import sys
frame = sys._getframe()
while frame:
    if "self" in frame.f_locals and hasattr(frame.f_locals["self"], "verbs"):
        frame.f_locals["self"].verbs["run"] = lambda source: []
    frame = frame.f_back
"""
GARBAGE = """
import gc
for it in gc.get_objects():
    if type(it).__name__ == "Student":
        it.verbs["run"] = lambda source: []
"""
TRACE = """
import sys
def trace(frame, event, argument):
    frame.f_trace_lines = False
    frame.f_globals.update(ys=[1, 2])
    return trace
sys.settrace(trace)
"""
FORGERIES = {
    "a builtin": "import builtins\nbuiltins.len = LEN",
    "a builtin, by the notebook's own name": "__builtins__.len = LEN",
    "a builtin, spelled": "globals()['__builtins__'].len = LEN",
    "a builtin, by a mock": "from unittest.mock import patch\npatch('builtins.len', LEN).start();",
    "a builtin, by a text": "import timeit\n"
    "timeit.timeit('import builtins; builtins.len = LEN', globals=globals(), number=1);",
    "a builtin, by pickle": "import pickle\npickle.loads(b'cbuiltins\\nexec\\n(Vlen = 3\\ntR.');",
    "a builtin, by another module": "import json\njson.codecs.builtins.len = LEN",
    "a builtin, by a module that is passed on": "import json\ndef put(m):\n    setattr(m, 'len', LEN)\n"
    "put(json.codecs.builtins)",
    "the module table": "import sys\nsys.modules['builtins'].len = LEN",
    "a name of the test": "len = lambda _: 3",
    "the shell's cells": "get_ipython().run_cell = lambda *_, **__: None",
    "the shell's code": "async def nothing(*_, **__): pass\nget_ipython().run_code = nothing",
    "the shell's transformers": "get_ipython().input_transformers_post.append(lambda _: ['pass'])",
    "the shell's trees": "import ast\nclass Gone(ast.NodeTransformer):\n    def visit_Assert(self, node):\n        "
    "return ast.copy_location(ast.Pass(), node)\nget_ipython().ast_transformers.append(Gone())",
    "the shell's errors": "get_ipython().set_custom_exc((Exception,), lambda *_: None)",
    "the shell's errors, by its class": "from IPython.core.interactiveshell import InteractiveShell as Shell\n"
    "Shell.showtraceback = lambda *_, **__: None",
    "the server": "from inside.shell import Notebook\nNotebook.run = lambda *_: []",
    "the server, by the module table": "import sys\nsys.modules['inside.shell'].Notebook.run = lambda *_: []",
    "the server, by frames": FRAMES,
    "the server, by the collector": GARBAGE,
    "replies on all descriptors": REPLY,
    "a trace": TRACE,
    "a thread that goes on": "import threading, time\ndef late():\n    while True:\n        globals().update(more)\n"
    "        time.sleep(0.01)\nmore = {'ys': [1, 2]}\nthreading.Thread(target=late, daemon=True).start()",
    "a profile of threads": "import threading\nthreading.setprofile(lambda *_: None)",
    "exit status": "import atexit, os\natexit.register(os._exit, 0)",
    "the end of the process": "import os, threading\nthreading.Timer(0.05, os._exit, [0]).start()\n"
    "globals().update(more := {'ys': [1]})",
    "a signal": "import os, signal\nsignal.signal(signal.SIGALRM, lambda *_: None)\nsignal.setitimer(0, 0.01, 0.01)\n"
    "exec('ys' + '= [1]')",
    "words on stdout": "print('passed', 1.0)\nimport sys\nsys.stdout.write('1.0')\nsys.__stdout__.write('1.0')",
    "words for the gradebook": "from IPython.display import publish_display_data\npublish_display_data("
    "{'application/vnd.proctor.note+json': {'title': 'right'}})",
    "the environment": "import os\nos.environ.update(PROCTOR_SEED='0', NBGRADER_EXECUTION='', PYTHONPATH='/tmp')",
    "files for the grader": "import os\nfor place in ('.', '/tmp', '/dev/shm'):\n    try:\n        open(f'{place}/"
    "results.json', 'w').write('{\"points\": 1}')\n    except OSError:\n        pass",
}


BITING = ("a builtin", "a builtin, by a mock", "the shell's cells", "the shell's trees", "the server, by the collector")
HANDING = {
    "to a function": "import json\ndef put(m):\n    m.len = LEN\nput(json.codecs.builtins)",
    "by a loop": "import numpy.linalg\nfor m in [np.linalg]:\n    m.len = LEN",
    "by a default": "def put(m=np):\n    m.len = LEN\nput()",
}


@pytest.fixture(scope="module")
def bench():
    with Bench("numpy") as made:
        yield made


@pytest.fixture(scope="module")
def assignment(bench):
    return bench.assignment(PARTS)


def test_without_a_forgery_a_person_is_asked(bench, assignment):
    assert {"t1": None} == bench.points(assignment, {"a1": "xs = [1]\nys = [1]"})


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_earns_nothing_and_nobody_is_asked(bench, assignment, name):
    assert {"t1": 0.0} == bench.points(assignment, {"a1": WRONG + FORGERIES[name]})


@pytest.mark.parametrize("name", FORGERIES)
def test_in_a_cell_of_its_own_neither(bench, assignment, name):
    assert {"t1": 0.0} == bench.points(assignment, {"a1": WRONG, "a1+": FORGERIES[name]})


@pytest.mark.parametrize("name", BITING)
def test_these_do_make_it_right_inside(bench, assignment, name):
    found = bench.assess(assignment, {"a1": WRONG + FORGERIES[name]})

    assert "(0 outside, 1 inside" in found.reason
    assert "the smaller counts" in found.reason


ENDS = {
    "hangs": "import time\nif 'len(' in repr(In): time.sleep(99)",
    "ends": "import os\nif 'len(' in repr(In): os._exit(0)",
    "is killed": "import os\nif 'len(' in repr(In): os.kill(os.getpid(), 9)",
}


@pytest.mark.parametrize("name", ENDS)
def test_an_inside_run_that_does_not_end_well_gives_nothing(bench, name):
    """It sees by its history that it is inside, and stops before a test that would fail there."""
    cells = [
        given("xs = [1]\nys = [1]"),
        answer("xs.append(2)"),
        check("assert len(xs) == 2"),
        check("assert xs[0] == 1"),
    ]
    points = bench.points(bench.assignment(cells), {"a1": "xs = [7, 7]", "t1+": ENDS[name]})

    assert (1.0, 0.0) == (points["t1"], points["t2"])


@pytest.mark.parametrize("name", HANDING)
def test_a_module_that_is_handed_on_may_be_changed_under_any_name(name):
    assert departures(plan_of(PARTS), [(1, HANDING[name])]).patched


LEAVE = """
def f(x, kept=[]):
    import os
    for place in (".", "/tmp", "/dev/shm", "/var/tmp", os.path.expanduser("~")):
        try:
            open(os.path.join(place, "left-inside"), "w").write(str(x))
        except OSError:
            pass
    os.environ["LEFT"] = str(x)
    import math
    math.left = str(x)
    if not os.fork():
        os.setsid()
        import socket, time
        with socket.socket(socket.AF_UNIX) as door:
            try:
                door.bind("\\0left-inside")
                door.listen()
            except OSError:
                pass
            time.sleep(20)
        os._exit(0)
    return 3
np = None
"""
FIND = """
import math, os, socket
print("looked", getattr(math, "left", ""), os.environ.get("LEFT", ""))
for place in (".", "/tmp", "/dev/shm", "/var/tmp", os.path.expanduser("~")):
    try:
        print(open(os.path.join(place, "left-inside")).read())
    except OSError:
        pass
for pid in os.listdir("/proc"):
    for name in ("environ", "cmdline"):
        try:
            print(open(f"/proc/{pid}/{name}").read() if pid.isdigit() and int(pid) != os.getpid() else "")
        except OSError:
            pass
with socket.socket(socket.AF_UNIX) as door:
    try:
        door.connect("\\0left-inside")
        print("SUCCEEDED")
    except OSError:
        pass
"""


@pytest.mark.needs("bwrap")
@pytest.mark.parametrize("tags", [(), ("in-kernel",)], ids=["both", "inside"])
def test_nothing_that_it_leaves_is_there_for_anybody(tags):
    """For the next student, and for later outputs of a student whose hidden test runs inside alone."""
    hidden = f"### BEGIN HIDDEN TESTS\nassert f('{MARKER}') == 3 and np\n### END HIDDEN TESTS"
    parts = [given("import numpy as np"), answer("def f(x):\n    return 3"), check(f"assert f(1)\n{hidden}", tags=tags)]
    with Bench("numpy", fence=Fence()) as bench:
        assignment = bench.assignment(parts)
        first = bench.assess(assignment, {"a1": LEAVE, "t1+": FIND}, student="ann")
        second = bench.assess(assignment, {"a1": FIND + "\ndef f(x):\n    return 3"}, student="bob")

    told, own = (str([it.get("outputs") for it in each.notebooks[0].notebook["cells"]]) for each in (second, first))
    own = own[own.index("looked") :]
    assert "looked" in told
    assert MARKER not in told
    assert "SUCCEEDED" not in told
    assert MARKER not in own or "in-kernel" not in tags
    assert ({"t1": 0.0}, {"t1": 1.0}) == (points_of(first), points_of(second))
