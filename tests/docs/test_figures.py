"""Every figure in README and docs is the one that was recorded last; how a page says which: `benchmarks/figures.py`."""

import pytest
from support.unmarked import unmarked

from benchmarks.figures import PAGES, ROOT, filled, recorded, wrong

#: Numbers with a unit that nobody measured, by page, and why they may stand there without a mark.
TO_SET_ASIDE = "how much time a person should set aside, generously"
UNMARKED = {
    "README.md": {
        "Two minutes": TO_SET_ASIDE,
        "ten minutes": TO_SET_ASIDE,
        "half an hour": TO_SET_ASIDE,
        "ten times": "the sizes of the benchmark, 20,000 and 2,000",
    },
    "CONTRIBUTING.md": {"three kill": "a rule: how many tests of a kind are wanted"},
    "docs/README.md": {"ten minutes": TO_SET_ASIDE},
    "docs/exports.md": {"25 hours": "the calendar"},
    "docs/glossary.md": {"25 hours": "the calendar"},
    "docs/promotion.md": {"24 hours": "a default rule of `dashmedia/promotion/rules.py`"},
    "docs/tutorial.md": {"Ten minutes": TO_SET_ASIDE},
    "docs/decisions/0007-exports.md": {
        "three times": "`refetches` of `dashmedia/exports/pages.py`",
        "two requests": "what the code does by its order, tested in `tests/dashmedia/exports`",
    },
    "docs/decisions/0008-processor-time.md": {"four times": "PATIENCE_READINGS of `dashmedia/ingest/watch.py`"},
    "docs/decisions/0010-deployments.md": {
        "30 s": "PREFECT_FLOWS_HEARTBEAT_FREQUENCY of `prefect.yaml`",
        "five minutes": "MINUTES of `deployments/automations.py`",
        "Five minutes": "MINUTES of `deployments/automations.py`",
    },
    "docs/decisions/0011-several-machines.md": {
        "three times": "TRIES of `tasks/shard_runs.py`",
        "two seconds": "how `bucket_for` of `dashmedia/leased_rate.py` makes a bucket",
        "ten minutes": "OUTAGE_S of `dashmedia/leased_rate.py`",
        "13 a second": "seen once in Prefect 3.8.8, as the sentence above the table says: the reason of a choice",
        "3 %": "worked out from the settings beside it",
        "1,000 a minute": "a worked example of `bucket_for`",
        "15.72 a second": "a worked example of `bucket_for`",
        "three a second": "worked out from the settings beside it",
    },
}


def name_of(page):
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_marked_figure_is_the_one_that_was_recorded_last(page):
    assert wrong(page.read_text(), recorded()) == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_measured_figure_is_marked_or_on_the_list(page):
    name = name_of(page)

    found = unmarked(page.read_text(), is_decision=name.startswith("docs/decisions/"))

    listed = UNMARKED.get(name, {})
    assert [f"{name}:{line}: {figure}" for figure, line in found if figure not in listed] == []
    assert listed.keys() - {figure for figure, _ in found} == set(), "no longer there: take it off the list"


RECORDED = {"flow.bare.ratio": 1.2760, "upload.s5cmd.ours": 1388.16}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1.28<!-- flow.bare.ratio --> times", []),
        ("1.3<!-- flow.bare.ratio --> times, 1,388<!-- upload.s5cmd.ours --> files/s", []),
        ("8<!-- dashmedia.limits:DAM_PART_SIZE_SENT_BYTES --> MiB", []),
        ("1.27<!-- flow.bare.ratio --> times", ["flow.bare.ratio is 1.28 and not 1.27"]),
        ("9<!-- dashmedia.limits:DAM_PART_SIZE_SENT_BYTES --> MiB", ["DAM_PART_SIZE_SENT_BYTES is 8 and not 9"]),
        ("5<!-- flow.other.ratio --> times", ["flow.other.ratio, which no run has recorded"]),
        ("5<!-- dashmedia.limits:NONE --> s", ["NONE, which no run has recorded and no module holds"]),
    ],
)
def test_a_figure_that_is_not_the_recorded_one_is_told(text, said):
    sentences = wrong(text, RECORDED)

    assert len(sentences) == len(said)
    assert all(words in sentence for words, sentence in zip(said, sentences, strict=True))


def test_figures_are_written_anew_with_as_many_decimals_and_nothing_else_changes():
    text = "1.1<!-- flow.bare.ratio --> times, 7<!-- upload.s5cmd.ours --> files/s, 3<!-- no.such --> s, 9 s"

    anew = filled(text, RECORDED)

    assert (
        anew == "1.3<!-- flow.bare.ratio --> times, 1,388<!-- upload.s5cmd.ours --> files/s, 3<!-- no.such --> s, 9 s"
    )


@pytest.mark.parametrize(
    "figure",
    [
        "640 files/s", "64.5 MiB", "1.28 times", "three times", "2×", "0.4 s", "80 ms", "7 %", "12,000 kills", "90 requests",
        "37.7 a second", "34 requests a minute", "12 scenarios", "ten minutes", "twice as", "5 min", "about a third as"[6:],
    ],
)  # fmt: skip
def test_a_number_with_a_unit_is_found(figure):
    assert [found for found, _ in unmarked(f"It took\n{figure} much, in `9 s`.")] == [figure]
    assert unmarked(f"It took\n\n{figure}.") == [(figure, 3)]


def test_a_lone_number_in_a_table_is_found():
    assert [found.strip() for found, _ in unmarked("| rate | 36.2 | 40<!-- a.b --> | 2 of 3 |")] == ["36.2"]


@pytest.mark.parametrize(
    "text",
    [
        "```text\n5 s\n```\n", "`5 s`", "[page](5 s)", "<!-- takes 5 s -->", "5<!-- a.seconds --> s", "Prefect 3.8.8 says",
        "version 5s2", "2026-11-22 seen", "nine destinations",
    ],
)  # fmt: skip
def test_what_is_no_measured_figure_of_ours_is_left_alone(text):
    assert unmarked(text) == []


def test_a_dated_section_of_a_decision_is_a_record_of_its_day():
    record = "## Proof\n`make machines`, taken 2026-11-22: 36.2 a second\n## Later\nIt takes 5 s.\n"

    assert unmarked(record, is_decision=True) == [("5 s", 4)]
    assert len(unmarked(record)) == 2
