from __future__ import annotations

import re
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from support.publishing import LAST, Label, NamesByHand, over_days, publish

from dashmedia.errors import IncompleteExportError
from dashmedia.exports.report import write_report
from dashmedia.exports.windows import day_windows, find_zone

START = date(2026, 11, 17)
EVIL = '<script>alert("x")</script><img src=x onerror=alert(1)>.jpg'


class Page(HTMLParser):
    """Tags, attributes and text of a page."""

    def __init__(self, path):
        super().__init__()
        self.source = Path(path).read_text()
        self.tags, self.attributes, self.words, self._open = [], [], [], []
        self.feed(self.source)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [(tag, *one) for one in attributes]

    def handle_data(self, data):
        self.words.append(data.strip())

    @property
    def text(self):
        return " ".join(filter(None, self.words))


@pytest.fixture
def published(tmp_path, service, spread):
    publish(tmp_path, service(over_days(spread(1_200), 4)), START, LAST)
    return tmp_path


def windows_of(days):
    return day_windows(LAST - timedelta(days=days - 1), LAST, find_zone("UTC"))


def test_a_report_says_the_numbers_and_what_they_were_before(published):
    page = Page(write_report(str(published), windows_of(2), "UTC", title="Acme"))

    assert "Acme 19 to 20 November 2026 Compared with 17 to 18 November 2026." in page.text
    assert "Downloads 600 same on 600 before" in page.text
    assert "A day, on average 300" in page.text


def test_its_place_tells_its_days(published):
    path = write_report(str(published), windows_of(2), "UTC")

    assert path == f"{published}/reports/downloads_2026-11-19_2026-11-20.html"


def test_each_chart_has_words_and_a_table_beside_it(published):
    page = Page(write_report(str(published), windows_of(2), "UTC"))

    assert page.tags.count("svg") == page.tags.count("table") == page.tags.count("caption") == 5
    assert len([value for tag, name, value in page.attributes if (tag, name) == ("svg", "aria-label") and value]) == 5


def test_the_page_needs_no_network_and_runs_nothing(published):
    page = Page(write_report(str(published), windows_of(2), "UTC"))

    outside = [value for _, name, value in page.attributes if name in {"src", "href", "action"} and value]
    assert outside == []
    assert not {"script", "link", "iframe", "img"} & set(page.tags)
    assert ("meta", "content", "default-src 'none'; style-src 'unsafe-inline'") in page.attributes
    assert not re.search(r"@import|url\((?!#)", page.source)


def test_names_of_people_are_text_and_never_markup(published):
    assets = {f"asset-{n}": Label(EVIL, EVIL, f"/{EVIL}") for n in range(97)}
    names = NamesByHand(assets=assets, portals={f"portal-{n}": EVIL for n in range(5)})

    page = Page(write_report(str(published), windows_of(2), "UTC", names, title=EVIL))

    assert not {"script", "img"} & set(page.tags)
    assert EVIL in page.text


def test_ids_on_the_page_are_unique(published):
    page = Page(write_report(str(published), windows_of(2), "UTC"))

    ids = [value for _, name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))


def test_the_same_partitions_give_the_same_bytes(published):
    first = Page(write_report(str(published), windows_of(2), "UTC")).source

    assert Page(write_report(str(published), windows_of(2), "UTC")).source == first


def test_assets_without_a_name_are_counted(published):
    names = NamesByHand(portals={f"portal-{n}": "Press" for n in range(5)})

    page = Page(write_report(str(published), windows_of(2), "UTC", names))

    assert "may not be seen: 97 assets." in page.text
    assert "Asset asset-0" in page.text


def test_a_single_day_is_compared_with_the_day_before(published):
    page = Page(write_report(str(published), windows_of(1), "UTC"))

    assert "Friday, 20 November 2026 Compared with Thursday, 19 November 2026." in page.text
    assert "Busiest day" not in page.text


def test_without_the_period_before_the_page_says_so(published):
    page = Page(write_report(str(published), windows_of(3), "UTC"))

    assert "Not compared: not every day of the period before has been exported." in page.text
    assert "Change" not in page.text


def test_a_period_without_downloads_is_a_page_too(tmp_path, service):
    publish(tmp_path, service([]), START, LAST)

    page = Page(write_report(str(tmp_path), windows_of(2), "UTC"))

    assert page.text.count("There were no downloads in this period.") == 5
    assert page.tags.count("svg") == 1


def test_a_period_after_one_without_downloads_has_no_percentages(tmp_path, service, spread):
    publish(tmp_path, service(spread(10)), START, LAST)

    page = Page(write_report(str(tmp_path), windows_of(1), "UTC"))

    assert "Downloads 10 none before" in page.text


def test_a_long_table_is_closed_at_first(tmp_path, service):
    publish(tmp_path, service([]), date(2026, 10, 1), LAST)

    page = Page(write_report(str(tmp_path), windows_of(40), "UTC"))

    assert page.tags.count("details") == 1
    assert "All 40 rows as a table" in page.text


def test_a_missing_day_leaves_no_report(published):
    (published / "events" / f"date={LAST}" / "certificate.json").unlink()

    with pytest.raises(IncompleteExportError, match="without a certificate"):
        write_report(str(published), windows_of(2), "UTC")

    assert not (published / "reports").exists()
