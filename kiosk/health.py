"""Short states of a kiosk's parts for its health report. Pure."""

from kiosk.menu import Menu


def ledger_health(menu: Menu, clashes: int, *, replaced: bool, otherwise: str) -> str:
    """The worst that is known of the ledger; ``otherwise`` is its own word."""
    if clashes:
        return f"clash:{clashes}"
    if menu.state == "connecting":
        return "day-unknown"  # a new card: no number is safe before the engine says what was given already
    return "error-replaced" if replaced else otherwise


def oddities(*, other_plan: bool, languages_left_out: int, help_wanted: bool, paper_failed: bool) -> dict[str, str]:
    """What is said only while it is so."""
    said = {
        "numbers": "other-plan" if other_plan else "",
        "languages": f"unavailable:{languages_left_out}" if languages_left_out else "",
        "help": "wanted" if help_wanted else "",
        "paper": "failed" if paper_failed else "",
    }
    return {part: state for part, state in said.items() if state}
