from broker.runtime.canvas.cache import ByteCache


def test_what_was_not_used_for_longest_goes_first() -> None:
    made: list[str] = []

    def make(name: str) -> str:
        made.append(name)
        return name * 10

    cache: ByteCache[str] = ByteCache(25, len)
    for name in ("a", "b", "a", "c", "a", "b"):
        cache.get(name, lambda name=name: make(name))
    assert made == ["a", "b", "c", "b"]
    assert cache.used_bytes <= 25


def test_a_value_larger_than_the_limit_is_kept_alone() -> None:
    cache: ByteCache[str] = ByteCache(5, len)
    assert cache.get("big", lambda: "x" * 50) == "x" * 50
    assert len(cache) == 1
    cache.get("small", lambda: "y")
    assert cache.used_bytes == 1


def test_a_mark_begins_to_weigh_what_is_wanted_and_what_was_forgotten_is_made_anew() -> None:
    cache: ByteCache[str] = ByteCache(100, len)
    for name in "aabc":
        cache.get(name, lambda: "x" * 20)
    assert (cache.made, cache.wanted_bytes, cache.room) == (3, 60, True)
    cache.mark()
    assert cache.wanted_bytes == 0
    for name in "aade":
        cache.get(name, lambda: "x" * 20)
    assert (cache.made, cache.wanted_bytes, cache.room) == (5, 60, True)
    for name in "fg":
        cache.get(name, lambda: "x" * 20)
    assert (cache.made, cache.wanted_bytes, cache.room, cache.used_bytes) == (7, 100, False, 100)


def test_what_is_forgotten_weighs_nothing_any_more_neither_kept_nor_wanted() -> None:
    cache: ByteCache[str] = ByteCache(100, len)
    cache.get("a", lambda: "x" * 30)
    cache.mark()
    cache.get("b", lambda: "x" * 40)
    cache.forget(lambda key: key == "b")
    assert (cache.used_bytes, cache.wanted_bytes, len(cache)) == (30, 0, 1)
    cache.forget(lambda key: key == "a")
    assert (cache.used_bytes, cache.wanted_bytes, len(cache)) == (0, 0, 0)
