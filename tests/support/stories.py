"""The snippets of a page as one shell session, from top to bottom: what one leaves behind the next one finds."""

import os
import re
import shlex
import subprocess
from pathlib import Path

#: How long a command marked `until` is repeated, in seconds.
PATIENCE_S = 300


def tell(snippets, folder, env, budget_s=900):
    """Run them in `folder`; returns what went otherwise than the page says, as a text, empty if nothing did.

    Args:
        snippets: of one page, in order; those that are not to be run left out.
        folder: where the session begins.
        env: added to the environment of this process.
        budget_s: how long all of it may take, in seconds.
    """
    notes = _notes_folder(folder)
    notes.mkdir()
    steps = list(_steps(snippets, notes))
    script = notes / "script.sh"
    script.write_text("\n".join(["shopt -s expand_aliases", *(step["lines"] for step in steps)]))
    done = subprocess.run(
        ["bash", str(script)], cwd=folder, env={**os.environ, "COLUMNS": "120", **env}, capture_output=True, text=True,
        stdin=subprocess.DEVNULL, check=False, timeout=budget_s,
    )  # fmt: skip
    return done.stderr + "".join(_complaint(step) for step in steps)


def notes_of(folder):
    """Each command of the session that was told in `folder`, with what it said."""
    for typed in sorted(_notes_folder(folder).glob("typed-*")):
        said = typed.with_name(typed.name.replace("typed", "said")).read_text(errors="replace")
        yield f"$ {typed.read_text()}\n{said}"


def _notes_folder(folder):
    return folder.parent / f"{folder.name}-notes"


def _steps(snippets, notes):
    for snippet in snippets:
        if "file" in snippet.marks:
            yield _file_step(snippet, notes)
        elif snippet.language == "python":
            yield _step(snippet, f"python -c {shlex.quote(snippet.text)}", (), notes)
        elif snippet.language == "console":
            for command in snippet.commands:
                yield _step(snippet, command.text, command.printed, notes)


def _file_step(snippet, notes):
    kept, name = notes / f"file-{snippet.line}", snippet.marks["file"]
    kept.write_text(snippet.text)
    return _step(snippet, f'mkdir -p "$(dirname {name})" && cp {kept} {name}', (), notes)


def _step(snippet, command, printed, notes):
    """Lines of the script that run one command in the session's own shell and end the session if it goes wrong."""
    number = len(list(notes.glob("said-*")))
    said, status = notes / f"said-{number:03}", notes / f"status-{number:03}"
    said.touch()
    (notes / f"typed-{number:03}").write_text(command)
    wanted = snippet.marks.get("ends with", "0")
    lines = f"{{ {command}\n}} >{said} 2>&1; echo $? >{status}"
    if word := snippet.marks.get("until"):
        again = f"grep -qF {shlex.quote(word)} {said}"
        lines = (
            f"SECONDS=0; while :; do {lines}; {again} && break; [ $SECONDS -gt {PATIENCE_S} ] && break; sleep 1; done"
        )
        printed = (*printed, f"…{word}…")
    lines += f"; case $(cat {status}) in {wanted.replace(' or ', '|')}) ;; *) exit 0;; esac"
    return {
        "place": snippet.place, "command": command, "printed": printed, "said": said, "status": status,
        "wanted": wanted, "lines": lines,
    }  # fmt: skip


def _complaint(step):
    said = Path(step["said"]).read_text(errors="replace")
    if not Path(step["status"]).exists():
        return f"\n{step['place']}: not reached: {step['command']}"
    status = Path(step["status"]).read_text().strip()
    if status not in step["wanted"].split(" or "):
        return (
            f"\n{step['place']}: `{step['command']}` ended with {status}, expected {step['wanted']}. It said:\n{said}"
        )
    missing = first_line_not_said(step["printed"], said)
    return f"\n{step['place']}: `{step['command']}` did not print “{missing}”. It said:\n{said}" if missing else ""


def first_line_not_said(printed, said):
    """The first line of the page that the command did not print, in this order, whatever stood between; None if it did."""
    lines = iter([_squeezed(line) for line in said.splitlines()])
    for line in printed:
        pattern = ".*".join(re.escape(part.strip()) for part in _squeezed(line).split("…"))
        if line.strip() != "…" and not any(re.fullmatch(pattern.replace(r".*", r".*"), each) for each in lines):
            return line
    return None


def _squeezed(line):
    return " ".join(line.split())
