"""Figures in the documents: each measured one says which recorded value it is, and is that value.

A comment stands directly behind the number and names what it is (a page shows the number only):

```
13.2<!-- latency.guide.ratio --> times as fast, with none of 12,480<!-- proof.crash.scenarios --> kills …
```

| name | is |
|---|---|
| `<benchmark>.<case>.ours`, `.other`, `.ratio` | that row of the last run, in `benchmarks/results.json` |
| `<benchmark>.seconds`, `bench.minutes` | how long that benchmark, or all of them, took |
| `proof.<table>.<figure>`, `proof.<table>.seconds` | a total of the last full run of a proof, in `docs/proof/<table>.json` |
| `<module>:<CONSTANT>` | a setting of the code, so that a document cannot tell another one |

As many decimals are compared as are written; a constant that counts bytes may stand there in KiB, MiB or GiB. `make figures` (`python -m benchmarks.figures`) writes all of them anew.
"""

from __future__ import annotations

import json
import re
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import kept

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).parents[1]
PROOF = ROOT / "docs" / "proof"

#: What people read. Pages that a command writes as a whole are compared as a whole, by tests of their own.
WRITTEN_BY_COMMANDS = ("docs/benchmarks.md", "docs/proof.md", "docs/reference/")
PAGES = [
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "sandbox/README.md")),
    *(
        page
        for page in sorted((ROOT / "docs").rglob("*.md"))
        if not page.relative_to(ROOT).as_posix().startswith(WRITTEN_BY_COMMANDS)
    ),
]

MARKED = re.compile(r"(?P<number>\d[\d,]*(?:\.\d+)?)<!-- (?P<name>[\w.]+(?::\w+)?) -->(?P<unit> (?:[KMG]iB)\b)?")
BYTES = {" KiB": 1024, " MiB": 1024**2, " GiB": 1024**3}


def recorded() -> dict[str, float]:
    """Every figure of the last runs, by name."""
    known = kept.known()
    found = dict(_measured()) | {"bench.minutes": float(kept.minutes_of_all(known))}
    for path in sorted(PROOF.glob("*.json")):
        table = json.loads(path.read_text())
        figures = table["figures"] | {"seconds": table["seconds"]}
        found |= {f"proof.{path.stem}.{name}": float(value) for name, value in figures.items()}
    return found


def _measured() -> Iterator[tuple[str, float]]:
    for name, each in kept.known().items():
        yield f"{name}.seconds", float(each["seconds"] or 0)
        for result in each["results"]:
            for member in ("ours", "other", "ratio"):
                yield f"{result['key']}.{member}", float(result[member])


def wrong(text: str, figures: Mapping[str, float]) -> list[str]:
    """A sentence for each marked figure of a page that is not what was recorded, or names nothing."""
    return list(filter(None, (_objection(found, figures) for found in MARKED.finditer(text))))


def filled(text: str, figures: Mapping[str, float]) -> str:
    """The page with each marked figure as it was recorded; a name that means nothing keeps its number."""

    def anew(found: re.Match[str]) -> str:
        value = _value(found, figures)
        return (
            found.group() if value is None else found.group().replace(found["number"], _like(found["number"], value), 1)
        )

    return MARKED.sub(anew, text)


def _objection(found: re.Match[str], figures: Mapping[str, float]) -> str | None:
    number, name = found["number"], found["name"]
    value = _value(found, figures)
    if value is None:
        return f"{number} is said to be {name}, which no run has recorded and no module holds."
    if number.replace(",", "") != _like(number, value).replace(",", ""):
        return f"{name} is {_like(number, value)} and not {number}. Run `make figures`, and read the sentence again."
    return None


def _value(found: re.Match[str], figures: Mapping[str, float]) -> float | None:
    module, colon, constant = found["name"].partition(":")
    if not colon:
        return figures.get(found["name"])
    try:
        value = float(getattr(import_module(module), constant))
    except (ImportError, AttributeError):
        return None
    return value / BYTES.get(found["unit"], 1) if constant.endswith("_BYTES") else value


def _like(number: str, value: float) -> str:
    """With as many decimals as stand there."""
    return f"{value:,.{len(number.partition('.')[2])}f}"


def main() -> None:
    """Write the marked figures of every page anew, and say what changed."""
    figures = recorded()
    for page in PAGES:
        text = page.read_text()
        for sentence in wrong(text, figures):
            print(f"{page.relative_to(ROOT)}: {sentence}")
        if (anew := filled(text, figures)) != text:
            page.write_text(anew)
    sys.exit(any(wrong(page.read_text(), figures) for page in PAGES))


if __name__ == "__main__":
    main()
