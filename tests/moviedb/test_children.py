"""Child programs that cannot outlive whoever started them."""

import os
import signal
import subprocess
import sys

import pytest

from moviedb.embedded import ROOT
from moviedb.running.children import birth, isolation, wait_until

# A master that forks two workers, says who they are and waits to be killed. Each worker comes to
# the door of its server only when the master is dead: the first at once, the second while the
# first, which it has inherited everything from, would be at work.
SERVER = """
import os, sys, time
from {library} import Process

def worker(pause, master):
    while os.getppid() == master:
        time.sleep(0.01)
    time.sleep(pause)
    {door}
    time.sleep(100)

workers = [Process(target=worker, args=(pause, os.getpid())) for pause in (0, 5)]
for each in workers:
    each.start()
print(*(each.pid for each in workers), flush=True)
time.sleep(100)
"""
DOORS = {
    "web": ("multiprocessing", "import moviedb.wsgi"),
    "pool": ("billiard", "import moviedb.celery; moviedb.celery.stay_with_parent()"),
}


@pytest.mark.parametrize(("library", "door"), DOORS.values(), ids=DOORS)
def test_a_worker_whose_master_died_while_it_started_ends(library: str, door: str) -> None:
    script = SERVER.format(library=library, door=door)
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as master:
        assert master.stdout is not None
        first, second = map(int, master.stdout.readline().split())
        born = birth(first)

        master.kill()
        ended = wait_until(lambda: birth(first) != born, seconds=4.5)

        for pid in (first, second):
            if birth(pid):
                os.kill(pid, signal.SIGKILL)
    assert ended


def test_a_new_child_does_not_take_its_death_signal_for_ours() -> None:
    reading, writing = os.pipe()
    apart = isolation(signal.SIGTERM)

    def last_words() -> None:
        apart["preexec_fn"]()
        os.write(writing, signal.getsignal(signal.SIGTERM).name.encode())

    before = signal.signal(signal.SIGTERM, lambda number, frame: None)
    try:
        subprocess.run(["true"], check=True, **apart | {"preexec_fn": last_words})
    finally:
        signal.signal(signal.SIGTERM, before)
        os.close(writing)

    with open(reading, "rb") as told:
        assert told.read() == b"SIG_DFL"
