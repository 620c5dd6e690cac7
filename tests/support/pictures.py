"""Pictures for the documentation, as a browser shows the Prefect UI: `python -m tests.support.pictures`.

Starts everything behind the UI, has a source delivered and a promotion ask, and takes the pictures of run forms, summaries, the
plan and the approval into `docs/pictures/`. Needs Chromium on the PATH.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from sandbox.media import make_media
from tests.support.browsing import open_screen
from tests.support.stage import open_stage

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"

#: Titles of assets, and when their rights end: some are held back, each for another reason.
TITLES = {
    "Bivouac at dawn": "2024-06-30",
    "A ridge above the clouds": "ask Lena",
    "Basecamp": "2099-01-01",
}

#: What the forms show as the place of originals and of exports.
PLACES = {"DASHMEDIA_SOURCE": "/srv/ugc", "DASHMEDIA_EXPORTS": "/srv/downloads"}

FORMS = {
    "ingest-ugc": "form-ingest.png",
    "backfill-downloads": "form-backfill.png",
    "promote-lifecycle": "form-promotion.png",
}


def main():
    """All of them."""
    PICTURES.mkdir(exist_ok=True)
    with TemporaryDirectory() as home, open_stage(Path(home), **PLACES) as stage, open_screen(stage.ui_url) as screen:
        media = make_media(Path(home) / "ugc", seed=7)
        for title, end in TITLES.items():
            values = {"Title": title, "Creator": "Lena Sommer", "Usage rights": ["Social"], "Rights expire": end}
            stage.sandbox.tell("seed_assets", {"count": 1, "state": "STAGED", "values": values})
        asked = stage.start_run("promote-lifecycle", approval="ask")
        delivered = stage.start_run("ingest-ugc", source=str(media.manifest), dam_folder="/UGC/2026-11")
        take_forms(stage, screen)
        take_summary(stage, screen, delivered)
        take_approval(stage, screen, asked)


def take_forms(stage, screen):
    """What a person fills in to start a run."""
    for name, picture in FORMS.items():
        screen.visit_form(stage.deployment(name))
        screen.picture(PICTURES / picture)


def take_summary(stage, screen, run_id):
    """What a run tells, and what it refused."""
    stage.wait_for_state(run_id, "Completed")
    left = stage.artifacts(run_id)
    screen.visit(f"artifacts/artifact/{left['ingest-summary']}", "What to do next")
    screen.picture(PICTURES / "ingest-summary.png")
    screen.visit(f"artifacts/artifact/{left['ingest-refused']}", "why, and what to do")
    screen.picture(PICTURES / "ingest-refused.png")


def take_approval(stage, screen, run_id):
    """The plan, and the form in which it is approved."""
    stage.wait_for_state(run_id, "Paused")
    screen.visit(f"artifacts/artifact/{stage.artifacts(run_id)['promotion-plan']}", "held back")
    screen.picture(PICTURES / "promotion-plan.png")
    screen.visit(f"runs/flow-run/{run_id}", "Paused")
    screen.answer_form()
    screen.picture(PICTURES / "approval-form.png")


if __name__ == "__main__":
    main()
