# SPDX-License-Identifier: BSD-3-Clause
#
# Whether the tables of a page hold the numbers of the store, for every test that looks at a page.
import math


def speedup_text(value):
    """As format_speedup() in reports/format.c, without the interval."""
    if value is None or math.isnan(value):
        return "-"
    decimals = 0 if value >= 9.95 else 1 if value >= 1.995 else 2 if value >= 0.0095 or not value > 0 else 4
    return f"{value:.{decimals}f}x"


def key(row):
    return tuple(row[name] for name in ("operation", "parameters", "type", "content", "width", "height", "depth", "residency", "backend"))


def check_cells(cells, rows):
    """Every cell of a report shows its case's speedup; returns how many did."""
    by_key = {key(row): row for row in rows}
    for cell in cells:
        row = by_key[key(cell)]
        expected = speedup_text(row["speedup"]) if row["status"] == "ok" else "failed"
        if cell["text"] != expected:
            raise AssertionError(f"{cell} shows not {expected}")
    return len(cells)


def compared_key(row):
    """Of a line of the CSV or a cell; a text that a spreadsheet would take for a formula has an apostrophe before it in CSV."""
    names = ("operation", "parameters", "type", "content", "width", "height", "depth", "residency", "machine", "backend")
    return tuple(str(row[name]).lstrip("'") for name in names)


def check_compared(cells, column, lines):
    """Every cell of a comparison shows that column of the CSV."""
    by_key = {compared_key(line): line for line in lines}
    for cell in cells:
        line = by_key[compared_key(cell)]
        expected = speedup_text(float(line[column] or "nan")) if line["status"] == "ok" else line["status"]
        if cell["text"] != expected:
            raise AssertionError(f"{cell} shows not {expected}")
    return len(cells)
