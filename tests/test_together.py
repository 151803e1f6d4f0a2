"""Remotes side by side: all work at one time, the results come in the order of the names, an error in its turn; those of one feed come one after the other."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from functools import partial

import pytest

from tieout.books.settings import Pull, RemoteSettings
from tieout.night.remotes import apart
from tieout.remote.together import AT_ONCE, side_by_side


def test_all_work_at_one_time_and_what_they_give_comes_in_the_order_of_the_names() -> None:
    meeting = threading.Barrier(3, timeout=10)

    def job(name: str) -> Iterator[str]:
        for step in range(3):
            meeting.wait()  # breaks where one of them waits for another to end
            yield f"{name}{step}"

    assert list(side_by_side([partial(job, name) for name in "cab"])) == ["c0", "c1", "c2", "a0", "a1", "a2", "b0", "b1", "b2"]


def test_a_slow_one_does_not_hold_the_others() -> None:
    done, goes_on = [], threading.Event()

    def slow() -> Iterator[str]:
        assert goes_on.wait(10)
        yield "slow"

    def quick(name: str) -> Iterator[str]:
        done.append(name)
        if len(done) == 2:
            goes_on.set()
        yield name

    assert list(side_by_side([slow, partial(quick, "x"), partial(quick, "y")])) == ["slow", "x", "y"] and sorted(done) == ["x", "y"]


def test_an_error_is_raised_in_its_turn_and_the_others_end_at_their_next_step() -> None:
    taken, started, ended = [], threading.Event(), threading.Event()

    def good() -> Iterator[int]:
        yield 1
        yield 2

    def bad() -> Iterator[int]:
        yield 3
        raise OSError("the disk")

    def endless() -> Iterator[int]:
        try:
            while True:
                started.set()
                yield 0
                time.sleep(0.01)
        finally:
            ended.set()

    with pytest.raises(OSError, match="the disk"):
        for number in side_by_side([good, bad, endless]):
            taken.append(number)
    assert taken == [1, 2, 3] and started.is_set() and ended.wait(10)


def test_one_alone_needs_no_thread_and_many_are_bounded() -> None:
    here, most, now, lock = threading.current_thread(), 0, 0, threading.Lock()

    def alone() -> Iterator[threading.Thread]:
        yield threading.current_thread()

    def counted() -> Iterator[None]:
        nonlocal most, now
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.02)
        with lock:
            now -= 1
        yield None

    assert list(side_by_side([alone])) == [here] and list(side_by_side([])) == []
    assert len(list(side_by_side([counted] * 20))) == 20 and 1 < most <= AT_ONCE


def test_remotes_of_one_feed_come_one_after_the_other() -> None:
    def remote(name: str, *feeds: str) -> RemoteSettings:
        return RemoteSettings(name=name, host="h", user="u", key_file="file:k", pull=tuple(Pull(path=f"/{feed}", feed=feed) for feed in feeds))

    groups = apart([remote("a", "x"), remote("b", "y"), remote("c", "x", "z"), remote("d", "w"), remote("e", "y", "z")])
    assert [[one.name for one in group] for group in groups] == [["a", "c", "b", "e"], ["d"]]
    assert [[one.name for one in group] for group in apart([remote("a", "x"), remote("b", "y")])] == [["a"], ["b"]]
