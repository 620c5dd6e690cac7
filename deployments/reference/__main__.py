"""`python -m deployments.reference`: write docs/reference anew."""

from __future__ import annotations

from deployments.reference.pages import FOLDER, make_pages


def main() -> None:
    """Write what changed, remove what is no page any more, and say so."""
    pages = make_pages()
    FOLDER.mkdir(exist_ok=True)
    for path in set(FOLDER.glob("*.md")) - {FOLDER / name for name in pages}:
        path.unlink()
        print(f"removed {path.name}")
    for name, text in pages.items():
        path = FOLDER / name
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
            print(f"written {path.name}")


if __name__ == "__main__":
    main()
