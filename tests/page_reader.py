# SPDX-License-Identifier: BSD-3-Clause
"""Pages of report --html and compare --html read without a browser: their tags, what they load, their data."""
import html.parser
import re


class Page(html.parser.HTMLParser):
    """Tags in order, what is loaded from elsewhere, and the text of the data."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.loads, self.data, self.inside = [], [], "", False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags.append(tag)
        self.inside = tag == "script" and attributes.get("id") == "data"
        self.loads += [value for name, value in attrs if name in ("src", "href", "srcset") and not re.match("#|data:,", value or "")]

    def handle_data(self, data):
        if self.inside:
            self.data += data


def expand(column):
    """The values of a column: [n] stands for the value before it n times more; texts are indices into a table."""
    values = []
    for value in column["v"]:
        values += [values[-1]] * value[0] if isinstance(value, list) else [value]
    return [column["t"][i] for i in values] if "t" in column else values


def refuse(text):
    """json.loads(parse_constant=refuse): NaN and infinities are no JSON."""
    raise ValueError(f"{text} in the data")
