"""不予受理告知书: the notice for whoever's work was accepted and cannot be done, as it is printed. Both languages.

It names nobody: the applicant's line is empty, and whoever hands it out writes the name by hand.
"""

from flask import Response

from broker.collector.pages import page
from broker.oversight.case_stories import Story, Taken


def refusal_of(story: Story) -> Taken | None:
    """The step by which a piece of work was not accepted, if it was."""
    if story.kind != "promise":
        return None
    return next((step for step in reversed(story.steps) if step.step == "refuse"), None)


def notice_page(story: Story, refusal: Taken) -> Response:
    """The page."""
    return page("refusal_notice.html", story=story, refusal=refusal)
