"""Choosing a language: with two a touch is enough, with more they are shown to choose from, over any picture. Pure."""

from dataclasses import replace

from kiosk import targets as t
from kiosk.visit import Scene, Visit


def change_language(visit: Visit, argument: str, scene: Scene) -> Visit:
    """The language button, or a language by its key."""
    if argument:
        known = argument in scene.languages
        return replace(visit, language=argument if known else visit.language, choosing=False)
    if len(scene.languages) > 2:
        return replace(visit, choosing=True)
    return replace(visit, language=next((key for key in scene.languages if key != visit.language), visit.language))


def chosen(visit: Visit, verb: str, argument: str, scene: Scene) -> Visit | None:
    """A touch while the languages are shown; None: it means the same as in any other picture (a call for staff)."""
    if verb == t.LANGUAGE and argument:
        return change_language(visit, argument, scene)
    return None if verb == t.HELP else replace(visit, choosing=False)
