from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import date, timedelta

import pytest

from dashmedia.exports.charts import draw_bars, draw_days
from dashmedia.exports.comparison import Line

DAY = date(2026, 11, 20)


def days_of(counts, last=DAY):
    return {last - timedelta(days=len(counts) - 1 - n): count for n, count in enumerate(counts)}


def texts_of(svg):
    return ["".join(one.itertext()) for one in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def ids_of(svg):
    return [one.get("id") for one in ET.fromstring(svg).iter() if one.get("id")]


def test_the_same_numbers_give_the_same_bytes():
    drawn = {draw_days("days", "alt", days_of([3, None], DAY - timedelta(days=1)), {DAY: 5}) for _ in range(2)}

    assert len(drawn) == 1


def test_a_chart_is_an_image_with_its_meaning_in_words():
    root = ET.fromstring(draw_bars("assets", 'Most: "a" & <b>', [Line("a", 1, None)]))

    assert (root.get("role"), root.get("aria-label")) == ("img", 'Most: "a" & <b>')


def test_text_stays_text_whatever_it_is():
    names = ["<script>alert(1)</script>", "$x^2$ & y", "東京 🎉.jpg", 'a id="b" url(#c)', "-->"]

    svg = draw_bars("assets", "alt", [Line(name, 1, 2) for name in names])

    assert set(names) <= set(texts_of(svg))
    assert "<script" not in svg


def test_ids_of_two_charts_never_meet():
    first, second = (ids_of(draw_bars(name, "alt", [Line("a", 1, 2)])) for name in ("one", "two"))

    assert first
    assert not set(first) & set(second)
    assert all(name.startswith("one-") for name in first)


def test_every_reference_in_a_chart_leads_somewhere():
    svg = draw_days("days", "alt", days_of([None, 4]), {DAY + timedelta(days=1): 5})

    used = {one.get("{http://www.w3.org/1999/xlink}href") for one in ET.fromstring(svg).iter()} - {None}
    assert used <= {f"#{name}" for name in ids_of(svg)}


def test_numbers_and_both_periods_are_named():
    texts = texts_of(draw_bars("assets", "alt", [Line("a.jpg", 12_345, 2)]))

    assert {"a.jpg", "12,345", "This period", "Before"} <= set(texts)


def test_without_a_comparison_only_this_period_is_drawn():
    assert "Before" not in texts_of(draw_bars("assets", "alt", [Line("a.jpg", 1, None)]))


@pytest.mark.parametrize("counts", [[0, 0], [None, None], []])
def test_days_without_downloads_are_drawn_without_complaint(counts):
    texts = texts_of(draw_days("days", "alt", days_of(counts, DAY - timedelta(days=1)), {DAY: 0}))

    assert "20 Nov" in texts
    assert ("Not exported" in texts) == (None in counts)


def test_two_years_of_days_name_no_more_than_fit():
    texts = texts_of(draw_days("days", "alt", {}, days_of(list(range(730)))))

    assert sum(text.endswith(("Nov", "Oct", "Jan")) for text in texts) <= 14
    assert "20 Nov" in texts
