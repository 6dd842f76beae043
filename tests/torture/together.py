"""Processes that start at the same moment, and what each of them came to."""

import multiprocessing
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

_CONTEXT = multiprocessing.get_context("fork")  # a worker starts at once, without new imports
_PATIENCE = 60


def at_once(jobs: Sequence[Callable[[Callable[[], None]], Any]]) -> list[Any]:
    """Run every job in a process of its own, and return what each returned, in their order.

    A job is handed ``ready``: what waits until all the others are ready too. What a job raises is
    raised here, with its traceback as text.
    """
    barrier = _CONTEXT.Barrier(len(jobs))
    pipes = [_CONTEXT.Pipe(duplex=False) for _ in jobs]
    workers = [
        _CONTEXT.Process(target=_work, args=(job, barrier, here, there), daemon=True)
        for job, (here, there) in zip(jobs, pipes, strict=True)
    ]
    for worker in workers:
        worker.start()
    for _, there in pipes:
        there.close()
    try:
        return [_result(here) for here, _ in pipes]
    finally:
        for worker in workers:
            worker.join(_PATIENCE)
            worker.kill()
        for here, _ in pipes:
            here.close()


def _work(job: Callable[[Callable[[], None]], Any], barrier: Any, here: Any, there: Any) -> None:
    """Do a job and send what it came to; a job that fails lets nobody wait for it."""
    here.close()
    try:
        there.send(("done", job(partial(barrier.wait, _PATIENCE))))
    except BaseException:  # noqa: BLE001 — whatever it is, the parent raises it
        barrier.abort()
        there.send(("failed", traceback.format_exc()))
    there.close()


def _result(here: Any) -> Any:
    try:
        how, what = here.recv()
    except EOFError:
        how, what = "failed", "a worker ended without a word"
    if how == "failed":
        raise RuntimeError(what)
    return what
