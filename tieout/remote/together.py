"""Several remotes at one time: each works in a thread of its own, what they give is taken in the order in which they were named."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from queue import SimpleQueue
from typing import TypeVar

AT_ONCE = 8
T = TypeVar("T")
Job = Callable[[], Iterator[T]]


def side_by_side(jobs: Sequence[Job[T]]) -> Iterator[T]:
    """What the jobs give, those of the first one first, while all of them go on; an error of a job is raised when its turn comes, and ends the others at their next step.

    Whoever takes the results alone writes into the ledger: no job does.
    """
    if len(jobs) < 2:
        for job in jobs:
            yield from job()
        return
    free, ended = threading.Semaphore(AT_ONCE), threading.Event()
    lines: list[SimpleQueue[tuple[T | None, BaseException | None]]] = [SimpleQueue() for _ in jobs]
    workers = [threading.Thread(target=_work, args=(job, line, free, ended), name="tieout-remote", daemon=True) for job, line in zip(jobs, lines, strict=True)]
    for worker in workers:
        worker.start()
    try:
        for line in lines:
            while True:
                given, error = line.get()
                if isinstance(error, StopIteration):
                    break
                if error is not None:
                    raise error
                yield given  # type: ignore[misc]
    finally:
        ended.set()
        for worker in workers:
            worker.join()


def _work(job: Job[T], line: SimpleQueue[tuple[T | None, BaseException | None]], free: threading.Semaphore, ended: threading.Event) -> None:
    try:
        with free:
            for given in job():
                line.put((given, None))
                if ended.is_set():
                    break
        line.put((None, StopIteration()))
    except BaseException as error:  # whatever it is, it is raised where the results are taken
        line.put((None, error))
