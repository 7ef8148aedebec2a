"""How soon the next request may be sent: politely, and as the target states."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.http.message import Response
from contracts.run.client import UNSTATED_WAIT
from contracts.run.pace import SLOWEST, Pace, retry_after
from contracts.run.settings import BACKOFF, LOOPBACK_BACKOFF
from contracts.rye import RYE


class Clock:
    """A clock that only sleeping moves on, in ticks that may be coarse."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.slept.append(seconds)
        self.now += seconds


def paced(interval: float = 0.0) -> tuple[Pace, Clock]:
    clock = Clock()
    return Pace(interval, RYE.polite_interval, clock, clock.sleep), clock


def starts(pace: Pace, clock: Clock, count: int) -> list[float]:
    """When that many requests leave, in seconds after the first."""
    times = []
    for _ in range(count):
        pace.wait()
        times.append(clock.now)
    return [time - times[0] for time in times]


def answer(**fields: str) -> Response:
    pairs = ((name.replace("_", "-"), value) for name, value in fields.items())
    return Response(200, fields=tuple((n.encode(), v.encode("latin-1")) for n, v in pairs))


def limited(policy: str | None = None, state: str | None = None) -> Response:
    fields = {"RateLimit_Policy": policy, "RateLimit": state}
    return answer(**{name: value for name, value in fields.items() if value is not None})


# --- Spacing -------------------------------------------------------------------------------------


def test_nine_requests_leave_in_any_second() -> None:
    pace, clock = paced(RYE.polite_interval)
    times = starts(pace, clock, 40)
    assert times == pytest.approx([n / 9 for n in range(40)])
    assert all(later - earlier >= 0.999 for earlier, later in zip(times, times[9:], strict=False))
    assert pace.paced == pytest.approx(sum(clock.slept)) == pytest.approx(39 / 9)


def test_the_first_request_leaves_at_once_and_loopback_always_does() -> None:
    pace, clock = paced(RYE.polite_interval)
    assert pace.delay == 0
    pace.wait()
    assert pace.delay == pytest.approx(1 / 9)
    pace, clock = paced(0.0)
    assert starts(pace, clock, 20) == [0.0] * 20
    assert clock.slept == []


def test_time_that_the_answer_took_is_not_waited_for_again() -> None:
    pace, clock = paced(1.0)
    pace.wait()
    clock.now += 0.75
    pace.wait()
    assert clock.slept == pytest.approx([0.25])
    clock.now += 5.0
    pace.wait()
    pace.wait()
    assert clock.slept == pytest.approx([0.25, 1.0])  # missed time is not made up for


def test_a_sleep_that_ends_early_earns_nothing() -> None:
    clock = Clock()
    pace = Pace(1.0, 1.0, clock, lambda seconds: clock.sleep(seconds / 2))
    pace.wait()
    pace.wait()
    assert clock.now == 1000.5
    assert pace.delay == pytest.approx(1.5)


def test_holding_only_ever_lengthens_the_wait() -> None:
    pace, _ = paced(0.0)
    pace.hold(5.0)
    pace.hold(1.0)
    pace.hold(-9.0)
    assert pace.delay == pytest.approx(5.0)
    pace.wait()
    assert pace.delay == 0


def test_refusals_widen_the_interval_up_to_a_cap() -> None:
    pace, clock = paced(0.0)
    pace.slow_down()
    assert pace.interval == RYE.polite_interval
    assert pace.delay == pytest.approx(RYE.polite_interval)
    widths = []
    for _ in range(12):
        pace.slow_down()
        widths.append(pace.interval)
    assert widths == sorted(widths)
    assert widths[0] == pytest.approx(RYE.polite_interval * 1.5)
    assert widths[-1] == SLOWEST == 2.0
    assert starts(pace, clock, 3) == pytest.approx([0.0, 2.0, 4.0])


def test_refusals_never_narrow_an_interval_that_the_target_stated() -> None:
    pace, _ = paced(0.0)
    pace.heed(limited('"slow";q=1;w=9'))
    stated = pace.interval
    assert stated == pytest.approx(10.0)
    pace.slow_down()
    assert pace.interval == stated


Limiter = Callable[[float], bool]


def every(nth: int) -> Limiter:
    """Refuses every so many requests, at any pace."""
    calls = count(1)
    return lambda _now: next(calls) % nth != 0


def bucket(rate: float, size: float) -> Limiter:
    """A token bucket that is full at first."""
    level, last = size, 1000.0

    def accepts(now: float) -> bool:
        nonlocal level, last
        level, last = min(size, level + (now - last) * rate), now
        if level < 1:
            return False
        level -= 1
        return True

    return accepts


def window(quota: int, seconds: float) -> Limiter:
    """So many requests in each span of time, as counted by a clock on the wall."""
    seen: Counter[int] = Counter()

    def accepts(now: float) -> bool:
        seen[int(now / seconds)] += 1
        return seen[int(now / seconds)] <= quota

    return accepts


def ask_through(
    limiter: Limiter, interval: float, *, seed: int = 1, latency: float = 0.03
) -> tuple[list[int], float, float]:
    """Ask as the client does; returns requests spent after each probe, seconds, last interval."""
    pace, clock = paced(interval)
    jitter = random.Random(seed)  # noqa: S311 - nothing secret
    backoff = BACKOFF if interval else LOOPBACK_BACKOFF
    sent, spent = 0, []
    for _ in range(252):
        for attempt in range(1, 9):
            pace.wait()
            sent += 1
            accepted = limiter(clock.now)
            clock.now += latency
            pace.heed(Response(200 if accepted else 429))
            if accepted:
                break
            if attempt == 1:
                pace.slow_down()
            wait = backoff * 2 ** (attempt - 1) + jitter.random() * backoff
            clock.sleep(max(min(wait, 8.0), UNSTATED_WAIT * attempt))
        else:
            pytest.fail(f"a probe was given up after {sent} requests, {pace.interval:.2f} s apart")
        spent.append(sent)
    return spent, clock.now - 1000, pace.interval


@pytest.mark.parametrize("interval", [0.0, RYE.polite_interval])
@pytest.mark.parametrize("nth", [8, 11, 30])
def test_refusals_that_come_at_any_pace_cost_little(nth: int, interval: float) -> None:
    spent, seconds, last = ask_through(every(nth), interval)
    assert spent[-1] <= 300
    assert last <= RYE.polite_interval * 1.5**2
    assert seconds < 90


@pytest.mark.parametrize("interval", [0.0, RYE.polite_interval])
@pytest.mark.parametrize("rate", [1.0, 1.7, 2.0, 2.5, 3.0, 3.5, 5.0, 8.0])
def test_a_limiter_that_says_nothing_costs_few_requests(rate: float, interval: float) -> None:
    for seed, latency in ((1, 0.002), (2, 0.03), (3, 0.03), (4, 0.15)):
        for limiter in (
            bucket(rate, 1),
            bucket(rate, 5),
            bucket(rate, 10),
            bucket(rate, 40),
            window(max(1, int(rate)), 1.0),
            window(int(rate * 2), 2.0),
            window(int(rate * 5), 5.0),
        ):
            spent, _, _ = ask_through(limiter, interval, seed=seed, latency=latency)
            assert spent[-1] <= 300


# --- RateLimit (draft 8) -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "interval"),
    [
        ('"default";q=10;w=1', 1 / 9),
        ('"default";q=100;w=1', 1 / 90),
        ('"default";q=5;w=10', 10 / 4.5),
        ("burst;q=10;w=1", 1 / 9),
        ('"no window";q=10', 1 / 9),
        ('"burst";q=100;w=1, "steady";q=20;w=10', 10 / 18),
        ('"steady";q=20;w=10,"burst";q=100;w=1', 10 / 18),
        ('"default";qu="requests";q=10;w=1;pk=:cHg=:', 1 / 9),
        ('"default";q=10.0;w=1.0', 1 / 9),
        ('("a" "b");q=10;w=1', 1 / 9),
    ],
)
def test_a_stated_quota_is_kept_below(policy: str, interval: float) -> None:
    pace, _ = paced(0.0)
    pace.heed(limited(policy))
    assert pace.interval == pytest.approx(interval)
    assert pace.delay == pytest.approx(interval)


def test_a_stated_quota_never_hurries() -> None:
    pace, _ = paced(RYE.polite_interval)
    pace.heed(limited('"generous";q=1000;w=1'))
    assert pace.interval == RYE.polite_interval


@pytest.mark.parametrize("policy", ['"daily";q=5000;w=86400', '"minute";q=60;w=60'])
def test_a_long_window_may_be_used_in_a_burst(policy: str) -> None:
    pace, _ = paced(0.0)
    pace.heed(limited(policy, '"daily";r=59;t=60'))
    assert (pace.interval, pace.delay) == (0.0, 0.0)


MALFORMED = [
    "",
    ",",
    '"default"',
    '"default";q;w',
    '"default";q="10";w="1"',
    '"default";q=-10;w=1',
    '"default";q=0;w=1',
    '"default";q=10;w=0',
    '"default";q=10;w=-1',
    '"default";q=1e3',
    '"unterminated;q=10;w=1',
    '"default";q=99999999999999999999;w=1',
    "limit=10, remaining=5, reset=1",
    "10, 10;w=1,",
    "q=10;w=1",
    "\xff\xfe",
    "(" * 200,
]


@pytest.mark.parametrize("text", MALFORMED)
def test_what_states_no_limit_changes_nothing(text: str) -> None:
    pace, _ = paced(0.0)
    pace.heed(limited(text, text))
    pace.heed(limited(text))
    pace.heed(limited(state=text))
    assert (pace.interval, pace.delay) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("state", "delay"),
    [
        ('"default";r=0;t=5', 5.0),
        ('"default";r=0;t=1.5', 1.5),
        ('"default";r=-1;t=5', 5.0),
        ('"burst";r=3;t=1, "daily";r=0;t=7', 7.0),
        ('"burst";r=0;t=1,"daily";r=0;t=7', 7.0),
        ('"default";r=1;t=5', 0.0),
        ('"default";r=0', 0.0),
        ('"default";r=0;t=0', 0.0),
        ('"default";r=0;t=-5', 0.0),
        ('"default";t=5', 0.0),
        ('"default";r="0";t=5', 0.0),
        ('"default";r=?0;t=5', 0.0),
        ('"default";r=0;t', 0.0),
        ('"default";r=0;t="5"', 0.0),
    ],
)
def test_a_quota_used_up_holds_until_it_is_reset(state: str, delay: float) -> None:
    pace, _ = paced(0.0)
    pace.heed(limited(state=state))
    assert pace.delay == pytest.approx(delay)
    assert pace.interval == 0.0


def test_policies_in_several_fields_are_one_list() -> None:
    pace, _ = paced(0.0)
    fields = ((b"RateLimit-Policy", b'"a";q=100;w=1'), (b"ratelimit-policy", b'"b";q=10;w=1'))
    pace.heed(Response(200, fields=fields))
    assert pace.interval == pytest.approx(1 / 9)


def test_ten_a_second_stated_is_never_exceeded_by_a_server_that_counts() -> None:
    pace, clock = paced(0.0)
    times = []
    for _ in range(60):
        pace.wait()
        times.append(clock.now)
        left = 10 - sum(clock.now - time < 1.0 for time in times)
        pace.heed(limited('"default";q=10;w=1', f'"default";r={left};t=1'))
        assert left >= 0


# --- Retry-After ---------------------------------------------------------------------------------


def http_date(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        ("1", 1.0),
        (" 120 ", 120.0),
        ("0000000000000000005", 5.0),
        ("3600", 3600.0),
        ("99999999999999999999999", 1_000_000.0),
        ("9" * 5000, 1_000_000.0),
    ],
)
def test_retry_after_in_seconds(text: str, seconds: float) -> None:
    assert retry_after(answer(Retry_After=text)) == seconds


def test_retry_after_until_a_date() -> None:
    assert retry_after(answer(Retry_After=http_date(60))) == pytest.approx(60, abs=2)
    assert retry_after(answer(Retry_After=http_date(-60))) == 0.0
    assert retry_after(answer(Retry_After="Sun, 06 Nov 1994 08:49:37 GMT")) == 0.0
    assert retry_after(answer(Retry_After="Sunday, 06-Nov-94 08:49:37 GMT")) == 0.0
    assert retry_after(answer(Retry_After="Sun Nov  6 08:49:37 1994")) == 0.0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "-5",
        "+5",
        "5s",
        "٥",
        "1e3",
        "PT5S",
        "2030-01-01T00:00:00Z",
        "Mon, 99 Foo 2030 00:00:00 GMT",
        "Fri, 31 Dec 99999 23:59:59 GMT",
        "Mon, 01 Jan 2024 00:00:00 +99999999999999",
        "Mon, 01 Jan 2024 25:61:61 GMT",
    ],
)
def test_a_malformed_retry_after_says_nothing(text: str) -> None:
    fields = ((b"Retry-After", text.encode("utf-8")),)
    assert retry_after(Response(429, fields=fields)) is None


def test_the_first_retry_after_that_can_be_read_counts() -> None:
    fields = ((b"Retry-After", b"soon"), (b"RETRY-AFTER", b"7"), (b"Retry-After", b"9"))
    assert retry_after(Response(429, fields=fields)) == 7.0
    assert retry_after(Response(429)) is None


@settings(max_examples=150, deadline=None)
@given(
    value=st.binary(max_size=40)
    | st.text('"qwrt;=,.?:()-019 aZ', max_size=40).map(str.encode)
    | st.text("MonJan :0123456789,+-GMT", max_size=40).map(str.encode)
)
def test_no_field_makes_the_pace_trip(value: bytes) -> None:
    pace, _ = paced(0.0)
    names = (b"RateLimit", b"RateLimit-Policy", b"Retry-After")
    response = Response(429, fields=tuple((name, value) for name in names))
    pace.heed(response)
    seconds = retry_after(response)
    assert seconds is None or seconds >= 0
    assert pace.delay >= 0
    assert pace.interval >= 0
