"""Everything an auditor asks of one evidence folder, in one go."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.auditor import checks
from tests.chaos.auditor.evidence import Evidence, Finding, lines_of
from tests.chaos.auditor.journal import Story, read_story
from tests.chaos.auditor.paper import Printed


@dataclass
class Verdict:
    """``findings`` empty is the good news; ``figures`` say how much there was to find something in."""

    findings: list[Finding] = field(default_factory=list)
    figures: dict[str, int] = field(default_factory=dict)


def read_files(evidence: Evidence, story: Story) -> tuple[list[Printed], list[Finding]]:
    """Everything on paper, and what is wrong in the files alone: no picture is read, no program started."""
    on_paper, findings = checks.papers(evidence)
    for found in (
        checks.numbers_on_paper(evidence, story, on_paper),
        checks.numbers_on_screens(evidence, story),
        checks.strange_events(evidence, story),
        checks.ratings(evidence, story),
        checks.boards(evidence, story),
        checks.outboxes(evidence),
        checks.speech(evidence, story),
        checks.programs(evidence),
    ):
        findings += found
    return on_paper, findings


def audit(folder: Path, read: Callable[[Path], set[str]] | None = None) -> Verdict:
    """Read the evidence. ``read`` reads numbers off a picture; without it pictures are not judged."""
    evidence, verdict = Evidence(folder), Verdict()
    story = read_story(evidence.journal)
    on_paper, verdict.findings = read_files(evidence, story)
    if read is not None:
        verdict.findings += checks.mirrors(evidence, story, read)
    verdict.findings += checks.commands(evidence, dict(os.environ), [sys.executable, "-m", "broker"])
    verdict.figures = {
        "events": story.events,
        "papers": len(on_paper),
        "seen_on_screens": len(evidence.of_people("visitors")),
        "calls": len(story.calls),
        "visits": len(story.visits),
        "thanks": checks.thanks_given(evidence),
        "ratings": len(story.ratings),
        "spoken": sum(1 for log in checks.spoken_logs(evidence) for _ in lines_of(log)),
        "pictures": len(list((folder / "pictures").glob("*.png"))) if read is not None else 0,
        "faults": len(evidence.of_people("faults")),
    }
    return verdict
