"""One future after another: who is called when, if the hall goes on by its rule and people behave as they do. Pure."""

from bisect import bisect_left, insort
from collections.abc import Callable
from heapq import heapify, heappop, heappush
from math import log

from broker.engine.ahead.claims import Key, Kinds, claim
from broker.engine.ahead.scene import HORIZON_MS
from broker.engine.ahead.stage import NOBODY, Place, Stage

Chances = Callable[[], float]
"""Numbers from 0 to below 1, each as likely as another."""
READY, COMES, BOOKED = range(3)
LATEST_RANK = 2**62
"""Whoever is not here yet stands behind all who are."""
BY_CALL = 4
"""Work of a call besides the lines that it looks at, in such looks."""


class Rollout:
    """One future. ``called``: by number of the ticket, in how many milliseconds, or NOBODY within the horizon;
    ``newcomers`` likewise. ``work``: how many heads of lines were looked at, and as much as that for the rest.

    A newcomer takes nobody's place: he would be called when a counter calls and nobody has a better claim than he has,
    or nobody is there; until then his waiting changes nothing for others.
    """

    def __init__(self, stage: Stage, chances: Chances, work_most: int) -> None:
        self._stage, self._chances, self._work_most = stage, chances, work_most
        self._queues: list[list[Place]] = [list(queue) for queue in stage.queues]
        self._heads = [0] * len(self._queues)
        self._idle: set[int] = set()
        self._rank = LATEST_RANK
        self._left = len(stage.tickets) + len(stage.newcomers)
        self._asked: list[list[tuple[int, Kinds]]] = []
        self._favoured = [desk.favoured for desk in stage.desks]
        self.called = [NOBODY] * len(stage.tickets)
        self.newcomers = [NOBODY] * len(stage.newcomers)
        self.work = 0

    def run(self) -> "Rollout":
        """Until everybody is dated, or enough was done."""
        stage, chances = self._stage, self._chances
        lane_asked = {lane: place for place, (_, lane) in enumerate(stage.newcomers)}
        self._asked = [
            [(lane_asked[lane], kinds) for lane, kinds in desk.lanes if lane in lane_asked] for desk in stage.desks
        ]
        self._agenda: list[tuple[int, int, int]] = [
            (desk.base_ms + desk.rests[int(chances() * len(desk.rests))], READY, place)
            for place, desk in enumerate(stage.desks)
        ]
        for place, (from_ms, until_ms, share, _, _) in enumerate(stage.booked):
            if chances() < share:
                self._agenda.append((from_ms + int(chances() * (until_ms - from_ms)), BOOKED, place))
        heapify(self._agenda)
        self._next_comes(stage.now_ms)
        horizon_ms = stage.now_ms + HORIZON_MS
        while self._agenda and self._left and self.work < self._work_most:
            now_ms, what, who = heappop(self._agenda)
            if now_ms > horizon_ms:
                break
            if what == READY:
                self._call(who, now_ms)
            elif what == BOOKED:
                _, _, _, lane, time_ms = stage.booked[who]
                self._enter(lane, now_ms, max(time_ms, now_ms))
            else:
                self._enter(self._whose(), now_ms, now_ms)
                self._next_comes(now_ms)
        return self

    def _next_comes(self, now_ms: int) -> None:
        """When the next one simply comes, while tickets are given."""
        if not self._stage.arriving:
            return
        at_ms = now_ms - log(1 - self._chances()) * self._stage.every_ms
        for from_ms, until_ms in self._stage.coming:
            if at_ms < until_ms:
                heappush(self._agenda, (int(max(at_ms, from_ms)) + 1, COMES, NOBODY))
                return

    def _whose(self) -> int:
        shares = self._stage.arriving
        return shares[min(bisect_left(shares, (self._chances(), 0)), len(shares) - 1)][1]

    def _enter(self, lane: int, now_ms: int, clock_ms: int) -> None:
        """Somebody comes: the least flexible counter without anybody takes him, or he stands in line and his waiting
        counts from ``clock_ms`` on."""
        self.work += BY_CALL
        if self._idle:
            for desk in self._stage.able[lane]:
                if desk in self._idle:
                    self._idle.discard(desk)
                    if now_ms < self._stage.desks[desk].until_ms:
                        self._serve(desk, lane, now_ms)
                        return
        if self._stage.able[lane]:
            self._rank += 1
            queue, place = self._queues[lane], (clock_ms, self._rank, NOBODY)
            if queue and place < queue[-1]:
                insort(queue, place, lo=self._heads[lane])
            else:
                queue.append(place)

    def _serve(self, desk: int, lane: int, now_ms: int) -> None:
        stage, chances = self._stage, self._chances
        self._favoured[desk] = self._favoured[desk] + 1 if stage.favoured[lane] else 0
        took, gaps = stage.durations[lane], stage.gaps
        ready_ms = now_ms + took[int(chances() * len(took))] + gaps[int(chances() * len(gaps))]
        heappush(self._agenda, (ready_ms, READY, desk))

    def _call(self, desk: int, now_ms: int) -> None:
        """Whose claim is best at this counter is called, by the rule of the hall."""
        wanted = self._stage.desks[desk]
        if now_ms >= wanted.until_ms:
            return
        queues, heads, cap_ms, in_a_row = self._queues, self._heads, self._stage.cap_ms, self._stage.in_a_row
        owes = bool(in_a_row) and self._favoured[desk] >= in_a_row
        best, best_lane = None, NOBODY
        for lane, kinds in wanted.lanes:
            queue, head = queues[lane], heads[lane]
            if head < len(queue):
                clock_ms, rank, _ = queue[head]
                key = claim(now_ms, clock_ms, rank, kinds, cap_ms, owes)
                if best is None or key < best:
                    best, best_lane = key, lane
        self.work += len(wanted.lanes) + BY_CALL
        if self._asked[desk]:
            self._date_newcomers(desk, now_ms, best, owes)
        if best is None:
            self._idle.add(desk)
            return
        whom = queues[best_lane][heads[best_lane]][2]
        heads[best_lane] += 1
        if whom != NOBODY:
            self.called[whom] = now_ms - self._stage.now_ms
            self._left -= 1
        self._serve(desk, best_lane, now_ms)

    def _date_newcomers(self, desk: int, now_ms: int, best: Key | None, owes: bool) -> None:
        """Those who came at the beginning, and would be called here and now."""
        came_ms, cap_ms, still = self._stage.now_ms, self._stage.cap_ms, []
        for one in self._asked[desk]:
            place, kinds = one
            if self.newcomers[place] != NOBODY:
                continue
            if best is None or claim(now_ms, came_ms, LATEST_RANK, kinds, cap_ms, owes) < best:
                self.newcomers[place] = now_ms - came_ms
                self._left -= 1
            else:
                still.append(one)
        self.work += len(self._asked[desk])
        self._asked[desk] = still
