"""The mind of the voice, told as stories, and held to its law by random ones."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from broker.model.words import TicketStatus
from display.announcer import LIFE, MEMORY_CALLS, Announcement, Announcer, Chime, Fate, Policy
from tests.display.speech_rig import START_MS, make_call

ZH_MS, EN_MS = 3_750, 4_450
CHIME_MS = {Chime.FULL: 1_150, Chime.SHORT: 500, Chime.NONE: 0}


def announcer(**wishes: object) -> Announcer:
    return Announcer(Policy(**wishes))


def speak(mind: Announcer, now_ms: int, lasts_ms: int = 4_000) -> Announcement:
    """Take the next announcement, which must be there, and play it to its end."""
    announcement = mind.next(now_ms)
    assert announcement is not None
    mind.ended(now_ms + lasts_ms)
    return announcement


def test_a_call_in_a_quiet_hall_is_chimed_and_spoken_in_both_languages() -> None:
    mind = announcer()
    assert mind.offer(make_call(), START_MS)
    announcement = mind.next(START_MS)
    assert announcement == Announcement(make_call(), Chime.FULL, ("zh", "en"), 1)


def test_nothing_more_is_given_until_what_plays_has_ended() -> None:
    mind = announcer()
    mind.offer(make_call("A001"), START_MS)
    mind.offer(make_call("A002"), START_MS)
    assert mind.next(START_MS) is not None
    assert mind.next(START_MS) is None


def test_a_call_is_repeated_once_in_the_first_language_when_nothing_waits() -> None:
    mind = announcer()
    mind.offer(make_call(), START_MS)
    speak(mind, START_MS)
    assert mind.next(START_MS + 4_000 + 7_999) is None
    again = speak(mind, START_MS + 4_000 + 8_000)
    assert (again.reading, again.languages, again.chime) == (2, ("zh",), Chime.SHORT)
    assert mind.next(START_MS + 50_000) is None


def test_a_repetition_is_given_up_when_another_call_comes_first() -> None:
    mind = announcer()
    mind.offer(make_call("A001"), START_MS)
    speak(mind, START_MS)
    mind.offer(make_call("A002", at_ms=START_MS + 6_000), START_MS + 6_000)
    assert speak(mind, START_MS + 6_000).call.number == "A002"
    assert speak(mind, START_MS + 20_000).call.number == "A002"
    assert mind.next(START_MS + 40_000) is None


def test_a_repetition_given_up_does_not_come_back_when_the_other_call_is_over_early() -> None:
    mind = announcer()
    mind.offer(make_call("A001"), START_MS)
    speak(mind, START_MS)
    mind.offer(make_call("A002", at_ms=START_MS + 6_000), START_MS + 6_000)
    mind.next(START_MS + 6_000)
    mind.withdraw(make_call("A002").call_id)
    mind.ended(START_MS + 10_000)
    assert mind.next(START_MS + 30_000) is None


def test_nothing_begins_when_the_call_is_no_longer_valid() -> None:
    mind = announcer(repeat_after_ms=50_000)
    mind.offer(make_call(valid_ms=90_000), START_MS)
    mind.next(START_MS)
    assert mind.still_wants("en", START_MS + 55_000)
    assert not mind.still_wants("en", START_MS + 55_001)
    mind.ended(START_MS + 6_000)
    assert mind.next(START_MS + 56_000) is None, "the words of the repetition would come after a minute"


def test_a_repetition_is_given_up_once_the_visitor_is_at_the_counter() -> None:
    mind = announcer()
    call = make_call()
    mind.show([call], START_MS)
    speak(mind, START_MS)
    mind.show([make_call(status=TicketStatus.SERVING)], START_MS + 5_000)
    assert mind.next(START_MS + 30_000) is None


def test_three_readings_are_three_and_one_is_one() -> None:
    for readings in (1, 3):
        mind = announcer(readings=readings, latest_ms=60_000)
        mind.offer(make_call(), START_MS)
        spoken = [speak(mind, START_MS + at_ms) for at_ms in range(0, 12_001 * readings, 12_001)]
        assert [announcement.reading for announcement in spoken] == list(range(1, readings + 1))
        assert mind.next(START_MS + 55_000) is None


def test_with_one_more_waiting_only_the_first_language_is_spoken() -> None:
    mind = announcer()
    mind.offer(make_call("A001"), START_MS)
    mind.offer(make_call("A002"), START_MS)
    assert mind.next(START_MS).languages == ("zh",)


def test_a_ticket_taken_in_english_keeps_its_english_in_any_backlog() -> None:
    mind = announcer()
    for number in range(4):
        mind.offer(make_call(f"A00{number}", language="en" if number == 0 else "zh"), START_MS)
    assert mind.next(START_MS).languages == ("zh", "en")


def test_the_second_language_is_given_up_at_the_seam_when_a_call_comes_meanwhile() -> None:
    mind = announcer()
    mind.offer(make_call("A001"), START_MS)
    assert mind.next(START_MS).languages == ("zh", "en")
    assert mind.still_wants("en", START_MS + 3_000)
    mind.offer(make_call("A002", at_ms=START_MS + 3_000), START_MS + 3_000)
    assert not mind.still_wants("en", START_MS + 3_500)


def test_a_long_queue_is_chained_behind_one_short_chime() -> None:
    mind = announcer()
    for number in range(4):
        mind.offer(make_call(f"A00{number}"), START_MS)
    assert speak(mind, START_MS).chime is Chime.SHORT
    assert mind.next(START_MS + 4_200) is None
    assert speak(mind, START_MS + 4_300).chime is Chime.NONE


def test_after_a_call_there_is_silence_before_the_next() -> None:
    mind = announcer()
    mind.offer(make_call("A001"), START_MS)
    mind.offer(make_call("A002"), START_MS)
    speak(mind, START_MS)
    assert mind.next(START_MS + 4_800) is None
    assert mind.next(START_MS + 4_900).chime is Chime.FULL


def test_a_hall_without_chime_has_none_and_one_without_languages_has_only_it() -> None:
    quiet, bell = announcer(chime=False), announcer(languages=(), readings=1)
    for mind in (quiet, bell):
        mind.offer(make_call(), START_MS)
    assert quiet.next(START_MS).chime is Chime.NONE
    assert bell.next(START_MS) == Announcement(make_call(), Chime.FULL, (), 1)


def test_a_call_on_the_board_before_we_connected_is_never_spoken() -> None:
    mind = announcer()
    mind.silent([make_call()])
    assert mind.show([make_call()], START_MS) == ()
    assert mind.next(START_MS) is None


def test_a_call_that_waits_is_not_lost_by_a_reconnect() -> None:
    mind = announcer()
    mind.offer(make_call("A001"), START_MS)
    mind.silent([make_call("A001"), make_call("A002")])
    assert mind.next(START_MS).call.number == "A001"
    assert mind.backlog == 0


def test_the_board_shown_again_and_again_is_spoken_once_in_call_order() -> None:
    mind = announcer()
    board = [make_call("A002", at_ms=START_MS + 100), make_call("A001")]
    assert [call.number for call in mind.show(board, START_MS + 200)] == ["A001", "A002"]
    assert mind.show(board, START_MS + 300) == ()
    assert speak(mind, START_MS + 300).call.number == "A001"


def test_a_ticket_first_seen_when_it_is_served_already_is_not_spoken() -> None:
    mind = announcer()
    assert not mind.offer(make_call(status=TicketStatus.SERVED), START_MS)
    assert not mind.offer(make_call(), START_MS)


def test_a_call_older_than_it_may_be_is_left_to_the_screen_with_a_note() -> None:
    mind = announcer()
    assert not mind.offer(make_call(), START_MS + 20_001)
    (note,) = mind.take_notes()
    assert (note.call_id, note.fate) == (make_call().call_id, Fate.SCREEN_ONLY)
    assert mind.take_notes() == []


def test_a_call_whose_validity_ends_early_is_not_spoken_after_it() -> None:
    mind = announcer()
    mind.offer(make_call(valid_ms=5_000), START_MS)
    assert mind.next(START_MS + 5_001) is None
    assert [note.why for note in mind.take_notes()] == ["it waited too long"]


def test_the_seventh_waiting_call_pushes_out_the_oldest() -> None:
    mind = announcer()
    for number in range(7):
        mind.offer(make_call(f"A00{number}"), START_MS)
    assert mind.backlog == 6
    assert [(note.number, note.fate) for note in mind.take_notes()] == [("A000", Fate.SCREEN_ONLY)]


def test_a_recall_of_a_call_that_still_waits_is_spoken_with_it() -> None:
    mind = announcer()
    mind.offer(make_call("A001"), START_MS)
    mind.offer(make_call("A001", recall=1, at_ms=START_MS + 6_000), START_MS + 6_000)
    assert mind.backlog == 1
    assert [note.fate for note in mind.take_notes()] == [Fate.MERGED]
    assert mind.next(START_MS + 25_000) is not None, "the recall keeps the call fresh"


def test_a_recall_of_what_is_being_spoken_is_spoken_once_more_whatever_the_number_of_presses() -> None:
    mind = announcer(recall_gap_ms=0)
    mind.offer(make_call("A001"), START_MS)
    mind.next(START_MS)
    for recall in (1, 2, 3):
        mind.offer(make_call("A001", recall=recall, at_ms=START_MS + recall), START_MS + recall)
    assert mind.backlog == 1


def test_a_recall_goes_before_a_repetition() -> None:
    mind = announcer()
    mind.offer(make_call("A001"), START_MS)
    speak(mind, START_MS)
    mind.offer(make_call("A001", recall=1, at_ms=START_MS + 9_000), START_MS + 9_000)
    assert mind.next(START_MS + 12_000).call.recall == 1


def test_a_first_call_goes_before_recalls_that_came_earlier() -> None:
    mind = announcer()
    mind.offer(make_call("A001", "1", recall=1), START_MS)
    mind.offer(make_call("A002", "2", recall=1), START_MS + 1)
    mind.offer(make_call("A003", "3"), START_MS + 2)
    spoken = [speak(mind, START_MS + 5_000 * turn).call.number for turn in range(3)]
    assert spoken == ["A003", "A001", "A002"]


def test_of_too_many_a_recall_is_left_to_the_screen_before_any_first_call() -> None:
    mind = announcer()
    for number in range(6):
        mind.offer(make_call(f"A00{number}", recall=int(number == 3)), START_MS)
    mind.offer(make_call("A006"), START_MS)
    assert [(note.number, note.fate) for note in mind.take_notes()] == [("A003", Fate.SCREEN_ONLY)]


def test_while_an_emergency_is_announced_no_call_is_spoken_and_each_is_noted() -> None:
    mind = announcer()
    mind.offer(make_call("A001"), START_MS)
    mind.offer(make_call("A002"), START_MS)
    mind.next(START_MS)
    mind.hush("an emergency is announced")
    mind.ended(START_MS + 100, "cut by something more important")
    assert not mind.offer(make_call("A003", at_ms=START_MS + 200), START_MS + 200)
    assert mind.next(START_MS + 9_000) is None
    assert [note.fate for note in mind.take_notes()] == [Fate.SCREEN_ONLY] * 3
    mind.hush(None)
    assert mind.offer(make_call("A004", at_ms=START_MS + 9_000), START_MS + 9_000)
    assert mind.next(START_MS + 9_000).call.number == "A004"


def test_an_emergency_ends_the_repetition_that_was_due() -> None:
    mind = announcer()
    mind.offer(make_call(), START_MS)
    speak(mind, START_MS)
    mind.hush("an emergency is announced")
    mind.hush(None)
    assert mind.next(START_MS + 30_000) is None


def test_recalls_in_quick_succession_from_one_counter_stay_on_the_screen() -> None:
    mind = announcer()
    assert mind.offer(make_call("A001", recall=1), START_MS)
    assert not mind.offer(make_call("A002", recall=1, at_ms=START_MS + 4_999), START_MS + 4_999)
    assert mind.offer(make_call("A003", "4", recall=1, at_ms=START_MS + 4_999), START_MS + 4_999)
    assert mind.offer(make_call("A004", recall=1, at_ms=START_MS + 5_000), START_MS + 5_000)


def test_a_ticket_called_to_another_counter_is_announced_there_alone() -> None:
    mind = announcer()
    mind.offer(make_call("A001", "3"), START_MS)
    mind.offer(make_call("A002", "5"), START_MS)
    mind.offer(make_call("A001", "4", at_ms=START_MS + 1_000), START_MS + 1_000)
    spoken = [speak(mind, START_MS + at_ms).call for at_ms in (1_000, 6_000)]
    assert [(call.number, call.counter_name) for call in spoken] == [("A002", "5"), ("A001", "4")]
    assert [note.fate for note in mind.take_notes()] == [Fate.REPLACED]


def test_the_old_counter_is_said_no_further_once_the_ticket_is_called_elsewhere() -> None:
    mind = announcer()
    mind.offer(make_call("A001", "3", language="en"), START_MS)
    mind.next(START_MS)
    mind.offer(make_call("A001", "4", at_ms=START_MS + 1_000, language="en"), START_MS + 1_000)
    assert not mind.still_wants("en", START_MS + 1_500)
    mind.ended(START_MS + 2_000)
    assert mind.next(START_MS + 30_000 - 10_000).call.counter_name == "4"


def test_a_withdrawn_call_is_not_spoken_and_one_being_spoken_ends_with_its_part() -> None:
    mind = announcer()
    mind.offer(make_call("A001"), START_MS)
    mind.offer(make_call("A002"), START_MS)
    mind.withdraw(make_call("A002").call_id)
    assert mind.next(START_MS).call.number == "A001"
    mind.withdraw(make_call("A001").call_id)
    assert not mind.still_wants("en", START_MS + 1_000)
    mind.ended(START_MS + 4_000)
    assert mind.next(START_MS + 30_000) is None


def test_a_call_that_could_not_be_heard_is_noted_and_not_tried_for_ever() -> None:
    mind = announcer()
    mind.offer(make_call(), START_MS)
    mind.next(START_MS)
    mind.ended(START_MS + 1_000, "no loudspeaker")
    assert [(note.fate, note.why) for note in mind.take_notes()] == [(Fate.SCREEN_ONLY, "no loudspeaker")]
    assert mind.next(START_MS + 20_000) is None


def test_a_clock_set_back_does_not_silence_the_hall() -> None:
    mind = announcer()
    mind.offer(make_call("A001"), START_MS)
    speak(mind, START_MS)
    hour_ago_ms = START_MS - 3_600_000
    assert mind.next(hour_ago_ms) is None
    mind.offer(make_call("A002", at_ms=hour_ago_ms), hour_ago_ms)
    assert mind.next(hour_ago_ms).call.number == "A002"


def test_the_memory_of_calls_is_bounded() -> None:
    mind = announcer()
    for number in range(MEMORY_CALLS + 10):
        mind.silent([make_call(call_id=f"call-{number}")])
    assert not mind.offer(make_call(call_id=f"call-{MEMORY_CALLS}"), START_MS)
    assert mind.offer(make_call(call_id="call-0"), START_MS)
    for number in range(MEMORY_CALLS + 10):
        mind.offer(make_call("A001", f"{number}", recall=1), START_MS)
    assert len(mind._recalled_at_ms) <= MEMORY_CALLS


def test_every_fate_is_in_the_table_and_the_final_ones_are_final() -> None:
    assert set(LIFE) == set(Fate)
    assert {fate for fate, after in LIFE.items() if not after} == {
        *(Fate.SPOKEN, Fate.MERGED, Fate.REPLACED, Fate.WITHDRAWN, Fate.SCREEN_ONLY)
    }


class Hall:
    """A hall that calls and a loudspeaker that takes its time; writes down every beginning of words."""

    def __init__(self, policy: Policy) -> None:
        self.mind = Announcer(policy)
        self.now_ms = START_MS
        self.begun: list[tuple[int, Announcement]] = []
        self.notes: list[Fate] = []
        self._ends_ms: float | None = None
        self._left: tuple[str, ...] = ()

    def step(self, milliseconds: int) -> None:
        self.now_ms += milliseconds
        if self._ends_ms is not None and self.now_ms >= self._ends_ms:
            if self._left and self.mind.still_wants(self._left[0], self.now_ms):
                self._ends_ms, self._left = self.now_ms + EN_MS, self._left[1:]
            else:
                self.mind.ended(self.now_ms)
                self._ends_ms = None
        if self._ends_ms is None and (announcement := self.mind.next(self.now_ms)):
            words_ms = self.now_ms + CHIME_MS[announcement.chime]
            self.begun.append((words_ms, announcement))
            self._ends_ms, self._left = words_ms + ZH_MS, announcement.languages[1:]
        self.notes += [note.fate for note in self.mind.take_notes()]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_happens_each_call_is_announced_once_in_order_and_within_a_minute(data: st.DataObject) -> None:
    hall, made, ids = Hall(Policy(readings=data.draw(st.integers(1, 3)))), [], iter(range(10_000))
    on_board_before: set[str] = set()
    for _ in range(data.draw(st.integers(1, 40))):
        deed = data.draw(st.sampled_from(["call", "call", "recall", "elsewhere", "withdraw", "again", "away", "wait"]))
        number, counter = f"A{data.draw(st.integers(0, 9)):03}", str(data.draw(st.integers(1, 4)))
        call = make_call(
            *(number, counter), call_id=f"call-{next(ids):05}", at_ms=hall.now_ms, recall=int(deed == "recall")
        )
        if deed in ("call", "recall", "elsewhere"):
            made.append(call)
            hall.mind.show(made[::-1][:8], hall.now_ms)
        elif deed == "withdraw" and made:
            hall.mind.withdraw(data.draw(st.sampled_from(made)).call_id)
        elif deed == "again":
            hall.mind.show(made[::-1][:8], hall.now_ms)
        elif deed == "away":
            made.append(call)
            on_board_before.add(call.call_id)
            hall.mind.silent(made[::-1])
        for _ in range(data.draw(st.integers(0, 60))):
            hall.step(250)
    for _ in range(400):
        hall.step(250)
    for recalls in (False, True):
        order = [said.call.call_id for _, said in hall.begun if bool(said.call.recall) is recalls]
        assert order == sorted(order), "in the order the calls were made, repetitions with their call"
    readings = [(announcement.call.call_id, announcement.reading) for _, announcement in hall.begun]
    assert len(readings) == len(set(readings)), "no reading twice"
    assert all(words_ms <= announcement.call.called_at_ms + 60_000 for words_ms, announcement in hall.begun)
    assert not on_board_before & set(order)
    assert hall.mind.backlog == 0


def test_eight_calls_a_minute_are_heard_within_seconds_and_hardly_any_is_dropped() -> None:
    """Plain first-come-first-served in two languages diverges at this rate: 8 x 9.4 s do not fit into a minute."""
    chance, hall, waits, total = random.Random(8), Hall(Policy()), [], 0
    next_ms = START_MS
    while hall.now_ms < START_MS + 3 * 3_600_000:
        if hall.now_ms >= next_ms:
            total += 1
            hall.mind.offer(make_call(f"A{total:04}", str(chance.randrange(1, 20)), at_ms=next_ms), hall.now_ms)
            next_ms += int(chance.expovariate(8 / 60_000))
        hall.step(50)
    waits = sorted(at_ms - said.call.called_at_ms for at_ms, said in hall.begun if said.reading == 1)
    assert waits[int(0.95 * len(waits))] < 15_000
    assert hall.notes.count(Fate.SCREEN_ONLY) < 0.01 * total
