"""The matrix as a table: a row for each fault, how many scenarios of it were played in which flow, and what was found."""

from support.faults.scenarios import TOXICS
from support.proof import Table

#: What a flow is called in the table, by the first word of its workloads.
FLOWS = ("ingest", "DAM", "promotion", "export")

COUNTS = ("lost", "doubled", "wrong", "short")

COLUMNS = (
    "fault",
    *(f"{flow}:" for flow in FLOWS),
    *(f"{name}:" for name in (*COUNTS, "otherwise bad", "longest run, s", "its budget, s")),
)


def table_of(verdicts, *, seconds, seed):
    """Everything that was played, totals in the last row."""
    by_fault = {}
    for verdict in verdicts:
        by_fault.setdefault(_fault_of(verdict.scenario), []).append(verdict)
    rows = [(name, *_row(by_fault[name])) for name in sorted(by_fault, key=_order)]
    figures = figures_of(verdicts)
    return Table(
        title="Faults of the network and of the services",
        command="make faults",
        says=_says(figures),
        columns=COLUMNS,
        rows=(*rows, ("all", *_row(verdicts))),
        seconds=seconds,
        seed=seed,
        figures=figures,
    )


def figures_of(verdicts):
    """The totals by name."""
    found = {name: sum(getattr(one.found, name) for one in verdicts) for name in COUNTS}
    worst = max(verdicts, key=lambda one: one.seconds / one.budget_s)
    more = {
        "over_budget": sum(one.seconds > one.budget_s for one in verdicts),
        "uncaught": sum(bool(one.complaints) for one in verdicts),
    }
    return {
        "scenarios": len(verdicts),
        "faults": len({_fault_of(one.scenario) for one in verdicts}),
        "endpoints": len({one.scenario.endpoint for one in verdicts} - {"–"}),
        "struck": sum(one.struck for one in verdicts),
        **found,
        **more,
        "most_of_budget_percent": round(100 * worst.seconds / worst.budget_s),
    }


def _says(figures):
    return (
        f"{figures['scenarios']:,} scenarios: {figures['faults']} faults at {figures['endpoints']} endpoints, each where a flow is seen to use it; "
        f"{figures['struck']:,} requests were struck. {figures['lost']} items lost, {figures['doubled']} doubled, {figures['wrong']} with wrong "
        f"bytes or values, {figures['short']} rows short; {figures['over_budget']} runs over their budget, {figures['uncaught']} that ended in "
        f"anything but a plain sentence. No run took more than {figures['most_of_budget_percent']} % of its stated budget."
    )


def _fault_of(scenario):
    """A fault that ends by itself is a row with the one that does not."""
    return scenario.fault.removeprefix("first ").removesuffix(", for a while")


def _order(fault):
    """The network's first, in their order, then the services' by name."""
    return (list(TOXICS).index(fault), "") if fault in TOXICS else (len(TOXICS), fault)


def _row(verdicts):
    flows = [sum(one.scenario.flow.startswith(flow) for one in verdicts) for flow in FLOWS]
    found = [sum(getattr(one.found, name) for one in verdicts) for name in COUNTS]
    longest = max(verdicts, key=lambda one: one.seconds)
    return (
        *flows,
        *found,
        sum(bool(one.complaints) for one in verdicts),
        round(longest.seconds, 1),
        round(longest.budget_s),
    )


def show(made):
    """The table as text, its sentence before it."""
    names = [name.removesuffix(":") for name in made.columns]
    rows = [names, *[[str(value) for value in row] for row in made.rows]]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [[row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])] for row in rows]
    return "\n".join([f"\n{made.says} {made.seconds:,.0f} s.\n", *map("  ".join, lines), ""])
