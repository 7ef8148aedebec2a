"""The reason for a verdict, in one sentence."""

from __future__ import annotations

from collections import Counter

from contracts.document.requirements import OF_SOME_BODIES, Level
from contracts.judging.environment import trouble
from contracts.report.text.printing import inline
from contracts.run.run import Run
from contracts.run.verdict import Circumstances, Verdict


def count(number: int, noun: str) -> str:
    """Write a number with its noun.

    Arguments:
        number: how many.
        noun: in the singular, with a regular plural.
    """
    if number != 1:
        noun = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun}"


def _named(names: list[str], most: int = 6) -> str:
    """List ids, the first few of them."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def reason_for(run: Run, verdict: Verdict, error: str | None) -> str:
    """Return the reason for a verdict, in one sentence.

    Arguments:
        run: the finished run.
        verdict: the run's verdict.
        error: what failed in the suite itself, or None.
    """
    _, circumstances = run.conclude()
    if verdict is Verdict.FAIL:
        words = _failure(run)
    elif verdict is Verdict.ERROR:
        words = f"The suite itself failed: {error or 'an internal error'}"
    elif verdict is Verdict.PASS:
        words = _success(run)
    else:
        return doubt(run, circumstances) + "."
    missing = incomplete(circumstances)
    return f"{words}; not everything was asked: {missing}." if missing else f"{words}."


def _verdicts(run: Run) -> dict[str, Verdict]:
    requirements = run.judge.catalogue.requirements.values()
    return {each.id: run.requirement_verdict(each) for each in requirements}


def _failure(run: Run) -> str:
    verdicts = _verdicts(run)
    asked = count(run.client.sent, "request")
    broken = [name for name, verdict in verdicts.items() if verdict is Verdict.FAIL]
    warned, waived = _warned(run, verdicts)
    beside = f", {len(waived)} waived" if waived else ""
    if not broken:
        names = _named(warned)
        return f"{count(len(warned), 'warning')} in {asked}, which fail this run: {names}{beside}"
    ending = f", and {count(len(warned), 'warning')}{beside}" if warned else beside
    return f"{count(len(broken), 'requirement')} broken in {asked}: {_named(broken)}{ending}"


def _warned(run: Run, verdicts: dict[str, Verdict]) -> tuple[list[str], list[str]]:
    """Return what is broken without failing the run: SHOULDs, and what waivers excuse."""
    names = [name for name, verdict in verdicts.items() if verdict is Verdict.WARN]
    waived = [name for name in names if run.is_waived(name)]
    return [name for name in names if name not in waived], waived


def _success(run: Run) -> str:
    named = _verdicts(run)
    verdicts = list(named.values())
    kept = verdicts.count(Verdict.PASS)
    unseen = [name for name, verdict in named.items() if verdict is Verdict.NOT_OBSERVED]
    warned, waived = _warned(run, named)
    words = f"{count(kept, 'requirement')} observed and kept"
    words += f" in {count(run.client.sent, 'request')}"
    if warned:
        words += f", {count(len(warned), 'warning')}"
    if waived:
        words += f", {len(waived)} waived"
    return f"{words}, not observed: {_named(unseen)}" if unseen else words


def incomplete(circumstances: Circumstances) -> str | None:
    """Say why a run did not send everything; None if it did.

    Arguments:
        circumstances: the finished run's.
    """
    if circumstances.key_refused:
        return "the key was refused"
    if circumstances.stopped:
        return inline(circumstances.stopped)
    told = (
        (circumstances.crashed, "a worker process was lost"),
        (circumstances.interrupted, "the run ended before its last item"),
        (circumstances.error, "the suite itself failed"),
        (circumstances.deselected, "items were deselected or skipped"),
        (circumstances.sampled, "a sample of what does not depend on the operation"),
    )
    return next((words for happened, words in told if happened), None)


def doubt(run: Run, circumstances: Circumstances, *, named: bool = True) -> str:
    """Say why an inconclusive run proves nothing, naming the cause rather than its consequences.

    Arguments:
        run: the finished run.
        circumstances: the run's.
        named: whether requirements are named by their ids, or only counted.
    """
    asked = count(run.client.sent, "request")
    if circumstances.key_refused:
        variable = run.client.api.key_variable
        return f"The key was refused: each plain request with it got a 401 (see {variable})"
    if circumstances.stopped:
        refused = _refusals(run)
        if refused is not None:
            asked_to = "asked to wait" in circumstances.stopped
            last = f"; {inline(circumstances.stopped)}" if asked_to else ""
            return f"The run stopped early, after {asked}: the target refused most, {refused}{last}"
        return f"The run stopped early, after {asked}: {inline(circumstances.stopped)}"
    if circumstances.crashed:
        return f"A worker process was lost after {asked}"
    if circumstances.interrupted:
        return f"The run ended before its last item, after {asked}"
    return _silence(run, circumstances, named=named)


FEW = 30
"""Refusals from which on the target refuses deliberately, rather than being down."""


def _refusals(run: Run) -> str | None:
    """Return the trouble that used up a run's requests, or None."""
    statuses = Counter(
        exchange.response.status for exchange in run.exchanges.values() if trouble(exchange)
    )
    if not statuses:
        return None
    [(status, times)] = statuses.most_common(1)
    if not status or times < max(len(run.exchanges) / 3, FEW):
        return None
    return f"{status} in {times} of {len(run.exchanges)} answers"


def _silence(run: Run, circumstances: Circumstances, *, named: bool) -> str:
    """Say what got no answer in a run that was not cut short."""
    asked = count(run.client.sent, "request")
    if not circumstances.asked:
        return f"The API itself answered none of {asked}, so nothing is proven"
    if circumstances.troubled:
        words = run.ledger.trouble_counts()
        probes = count(circumstances.troubled, "probe")
        return f"{probes} got no answer from the API: {inline(words.most_common(1)[0][0])}"
    requirements = run.judge.catalogue.requirements
    missing = [
        name
        for name, verdict in _verdicts(run).items()
        if verdict in {Verdict.NOT_OBSERVED, Verdict.INCONCLUSIVE}
        and requirements[name].level is Level.MUST
        and not requirements[name].server_dependent
    ]
    if not missing:
        return f"No requirement was observed and kept in {asked}"
    unseen = f"{count(len(missing), 'requirement')} never observed in {asked}"
    if not named:
        return unseen
    told = f"{unseen}: {_named(missing)}"
    shown = [name for name in missing if requirements[name].schema_of or name in OF_SOME_BODIES]
    if not shown:
        return told
    folder = run.judge.catalogue.path.resolve().parent.name
    line = f"`{shown[0]}.server_dependent = true` under [requirement] in contracts/{folder}"
    return f"{told}; if this server need not show that, write {line}"
