"""The page of figures is what the last recorded runs printed."""

import json

from benchmarks.__main__ import KEPT, PAGE, page


def test_the_page_holds_the_recorded_figures_and_no_others():
    assert PAGE.read_text() == page(json.loads(KEPT.read_text()))
