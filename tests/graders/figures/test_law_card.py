"""A law card never shows a sentence without its place, date, status and source."""

from datetime import date

import pytest

from graders.errors import DataError
from graders.figures import law_card
from graders.law import Law

ENTRY = Law(
    place="France",
    title="What a loaf weighs",
    article="Bread act, article <1>",
    text="A loaf shall weigh 400 grams.",
    quoted=True,
    applies_from=date(2020, 1, 1),
    status="In force.",
    source="https://bread.example/act",
    second_source="https://millers.example/notes",
    checked=date(2026, 11, 22),
    checked_how="text seen",
)


def changed(**changes):
    return ENTRY.model_copy(update=changes)


def test_the_card_in_text_tells_everything():
    expected = [
        "France · What a loaf weighs",
        "  Bread act, article <1>",
        "  “A loaf shall weigh 400 grams.”",
        "  Applies from: 1 January 2020",
        "  Status: In force.",
        "  Source: https://bread.example/act",
        "  Checked: 22 November 2026: the text was read; against https://millers.example/notes",
        "",
        "Not legal advice; checked on 22 November 2026.",
    ]
    assert expected == repr(law_card([ENTRY])).splitlines()


def test_a_summary_is_marked_as_one_and_stands_without_quotation_marks():
    shown = repr(law_card([changed(quoted=False)]))
    assert (True, False) == ("In summary, not literally: A loaf shall" in shown, "“" in shown)


def test_it_is_said_where_only_a_report_was_read():
    assert "only a report of the text was read" in repr(law_card([changed(checked_how="reported by second source")]))


def test_what_was_withdrawn_shows_both_days():
    assert "Applied: from 1 January 2020 to 5 May 2025" in repr(law_card([changed(until=date(2025, 5, 5))]))


def test_entries_checked_on_different_days_close_with_both():
    later = changed(checked=date(2027, 2, 1))
    closing = repr(law_card([later, ENTRY])).splitlines()[-1]
    assert "Not legal advice; checked between 22 November 2026 and 1 February 2027." == closing


def test_an_address_is_never_broken():
    long = "https://bread.example/" + "crumb-" * 40
    assert long in repr(law_card([changed(source=long)]))


def test_the_page_says_the_same_escaped_and_in_order():
    html = law_card([ENTRY, changed(title="Second")])._repr_html_()
    assert "Bread act, article &lt;1&gt;" in html
    wanted = ["What a loaf weighs", "“A loaf", "1 January 2020", "In force.", "https://bread.example/act", "Second"]
    places = [html.index(words) for words in [*wanted, "Not legal advice; checked on 22 November 2026."]]
    assert sorted(places) == places


def test_a_card_without_entries_is_refused():
    with pytest.raises(DataError, match="Expected the ids of one or more law entries, got none"):
        law_card([])
