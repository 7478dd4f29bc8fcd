"""Every rule and every label on a line that it must take and on one that it must leave."""

import importlib.util
from pathlib import Path

import pytest

from pipeline.cleaning import naming, rules
from pipeline.cleaning.html_rules import HTML_RULES
from pipeline.cleaning.judge import judge
from pipeline.cleaning.prose import outline
from pipeline.cleaning.rules import DECIDING, NAMING, weak_labels
from pipeline.cleaning.text import page_from_text
from pipeline.cleaning.wire import wire_note
from pipeline.identity import sha256
from pipeline.model import Label, Origin, RawDocument, Ruling
from pipeline.settings import Cleaning

TITLE = "Old ferry pier to close for two years, harbour board says"
STORY = """
The harbour board voted on Tuesday to close the old ferry pier while divers replace its piles.
Commuters who cross the bay will be carried by bus, a journey of forty minutes at busy hours.
The chairwoman, Ines Calder, said that the pier would not have lived through another winter.
Shopkeepers near the terminal asked for a rent holiday, which the board will discuss in May.
""".strip().splitlines()


def page_of(lines):
    """Return a text page of these lines."""
    data = "\n\n".join(lines).encode()
    raw = RawDocument("d", Origin("a", "", sha256(data)), "s", "text/plain", data)
    return page_from_text(raw, Cleaning())


def before(line):
    """Return a story under its title with the line on top, and where the line stands."""
    return [line, TITLE, *STORY], 0


def head(line):
    """The same with the line between title and story."""
    return [TITLE, line, *STORY], 1


def inside(line):
    """The same with the line amid the story."""
    return [TITLE, *STORY[:2], line, *STORY[2:]], 3


def after(line):
    """The same with the line below the story."""
    return [TITLE, *STORY, line], 5


def below(line):
    """The same with a heading of comments between story and line."""
    return [TITLE, *STORY, "3 Comments", line], 6


TAKES = [
    (wire_note, head("Eds: Updates with quotes, background. With AP Photos."), Label.NOISE),
    (wire_note, head("(Adds comment of the board, background)"), Label.NOISE),
    (wire_note, after("(This story has been corrected to fix a name)"), Label.NOISE),
    (rules.credit, after("Reporting by Ann Roe; editing by Bo Lind"), Label.CREDIT),
    (rules.offer, after("Subscribe to continue reading"), Label.PAYWALL),
    (rules.caption, inside("Divers at the old pier. REUTERS/Ann Roe"), Label.CAPTION),
    (rules.breadcrumb, before("Home > Harbour News > Pier"), Label.MENU),
    (rules.title, ([TITLE, *STORY], 0), Label.TITLE),
    (rules.byline, head("By Ann Roe"), Label.BYLINE),
    (rules.date, head("2 November 2013, 10:03"), Label.DATE),
    (rules.repeat, after(STORY[1]), Label.REPEAT),
    (rules.whole_line, after("Advertisement"), Label.ADVERT),
    (rules.whole_line, after("Read more"), Label.RELATED),
    (rules.beginning, after("Sign up for the harbour letter"), Label.NEWSLETTER),
    (rules.beginning, after("Download our app"), Label.ADVERT),
    (rules.beginning, after("Share this on all your networks"), Label.SHARE),
    (
        rules.beginning,
        after("Our Standards: The Harbour Trust Principles, opens new tab"),
        Label.LEGAL,
    ),
    (rules.beginning, after("Log in to comment"), Label.COMMENTS),
    (rules.beginning, inside("Also read: Why ferry fares doubled in one year"), Label.RELATED),
    (
        rules.house_note,
        inside("Sign up for our harbour letter and find the tides in your inbox each morning."),
        Label.NEWSLETTER,
    ),
    (rules.empty_line, inside("* * *"), Label.NOISE),
    (naming.standing, after("Most read"), Label.RELATED),
    (naming.standing, inside("Key takeaways"), Label.MENU),
    (naming.comment, below("About time, too, my boat has lain there for a year."), Label.COMMENTS),
    (naming.opening, after("Read more: Storm breaks pile of old pier"), Label.RELATED),
    (naming.bio, after("Ann Roe is a reporter who covers harbours for the Times."), Label.BIO),
    (naming.wall_words, after("Subscribe and keep reading all of our harbour news"), Label.PAYWALL),
    (naming.icons, after("Facebook Twitter WhatsApp"), Label.SHARE),
    (
        naming.note,
        after("The harbour letter is our weekly newsletter for sailors"),
        Label.NEWSLETTER,
    ),
    (naming.note, after("This page uses cookies to count its readers."), Label.LEGAL),
    (naming.note, after("Oilskin jacket, $89 at Harbour Shop"), Label.ADVERT),
    (naming.note, before("12 minutes ago"), Label.MENU),
    (naming.copy, inside(TITLE), Label.REPEAT),
    (naming.menu, before("News | Sport | Weather | Tides"), Label.MENU),
    (naming.teaser, after("Storm breaks three piles of the old pier"), Label.RELATED),
    (naming.lone_letter, inside("a"), Label.NOISE),
]
"""What each rule takes, with its place."""

LEAVES = [
    (wire_note, inside("(Adds a touch of lemon, as the cook of the ferry does)")),
    (wire_note, inside("Corrections of the chart took the harbour board nine years.")),
    (rules.credit, inside("Reporting by the inspectors had been late for years, the board said.")),
    (rules.offer, inside("Readers subscribe to go on reading, the publisher of the paper said.")),
    (rules.caption, inside("The picture is bleaker at the old pier, said the left party.")),
    (rules.breadcrumb, inside("Home > Harbour News > Pier")),
    (rules.title, inside("Divers look at the piles")),
    (rules.byline, inside("By Bus Instead Of Boat")),
    (rules.date, inside("On November 2, 2013, the pier was closed for the first time.")),
    (rules.repeat, inside("It is gone, and nobody will bring it back.")),
    (rules.whole_line, inside("Advertisement in the harbour has a long history.")),
    (rules.whole_line, inside("Corrections")),
    (rules.beginning, inside("Share prices of the operator fell by a tenth on Wednesday.")),
    (rules.beginning, inside("Read more of the report and less of its summary")),
    (rules.beginning, inside("Advertisement revenue fell by 12 percent at the port.")),
    (
        rules.house_note,
        inside("Sign up for the alerts of the coastguard before you sail, the board tells owners."),
    ),
    (rules.empty_line, inside("1903")),
    (naming.standing, inside("The most read page of the paper was about the pier.")),
    (naming.comment, inside("About time, too, my boat has lain there for a year.")),
    (naming.opening, inside("Read more books, the librarian told the children of the harbour.")),
    (naming.bio, inside("Ann Roe is a reporter who covers harbours for the Times.")),
    (naming.wall_words, inside("The subscribers of the paper live in nine towns.")),
    (naming.icons, inside("Facebook and Twitter said nothing")),
    (naming.note, inside("The board has no price for it yet.")),
    (naming.copy, inside("A line that stands once.")),
    (naming.menu, inside("The board had nothing more to say.")),
    (naming.teaser, inside("Storm breaks three piles of the old pier")),
    (naming.lone_letter, inside("I am.")),
]
"""What each rule leaves: prose, subheads, and its own words where they are the story's."""


def ids(cases):
    """Return a name for each case."""
    return [f"{case[0].__name__}-{i}" for i, case in enumerate(cases)]


def labels_by(rule, page):
    """Return the label of each block that a rule takes off the story, or gives a name."""
    if rule in NAMING:
        return dict(rule(page, range(len(page.blocks))))
    return {v.block: v.label for v in rule(page) if v.ruling is not Ruling.KEEP}


@pytest.mark.parametrize(("rule", "case", "label"), TAKES, ids=ids(TAKES))
def test_a_rule_takes_its_line(rule, case, label):
    """The line is ruled, or named, with its label."""
    lines, at = case
    assert labels_by(rule, page_of(lines))[at] is label


@pytest.mark.parametrize(("rule", "case"), LEAVES, ids=ids(LEAVES))
def test_a_rule_leaves_the_story(rule, case):
    """The line is not ruled."""
    lines, at = case
    assert at not in labels_by(rule, page_of(lines))


def html_fixtures():
    """Return the rules of HTML with a case of what they take, and of what they leave."""
    path = Path(__file__).parent / "test_cleaning_html_rules.py"
    spec = importlib.util.spec_from_file_location("html_fixtures", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    taking = {case[0] for case in module.CASES} | {module.rules.headline}
    return taking, {case[0] for case in module.LIARS}


def test_every_rule_has_a_fixture_on_both_sides():
    """A rule that decides or names, in text or in HTML, is tried on both sides."""
    every = {*DECIDING, *NAMING}
    assert {case[0] for case in TAKES} == every
    assert {case[0] for case in LEAVES} == every
    assert html_fixtures() == ({*HTML_RULES}, {*HTML_RULES})


def final(case, score):
    """Return the verdict on the line of a case when each block has this score."""
    lines, at = case
    page = page_of(lines)
    main = outline(page).main
    scores = [0.9 if main.start <= i < main.end and i != at else score for i in range(len(lines))]
    return judge(page, scores, DECIDING)[at]


LABELS = {
    Label.TITLE: (([TITLE, *STORY], 0), inside("Divers look at the piles")),
    Label.BYLINE: (head("By Ann Roe"), inside("By Bus Instead Of Boat")),
    Label.DATE: (head("2 November 2013"), inside("It happened on November 2, 2013, at noon.")),
    Label.CAPTION: (inside("Photo: Ann Roe"), inside("The photo shows Ann Roe on the pier.")),
    Label.CREDIT: (after("(Reporting by Ann Roe)"), inside("Reporting by the board was late.")),
    Label.MENU: (
        before("Skip to content"),
        inside("Skip to content, the old form said, and sign."),
    ),
    Label.RELATED: (after("Also Read"), inside("We also read the report of the divers twice.")),
    Label.SHARE: (after("Share on Facebook"), inside("Shares of the operator fell by a tenth.")),
    Label.NEWSLETTER: (
        after("Sign up for our newsletter"),
        inside("The newsletter of the board comes out in May, and few people read it."),
    ),
    Label.PAYWALL: (
        after("Already a subscriber? Log in"),
        inside("Each subscriber of the paper may log in from two telephones."),
    ),
    Label.ADVERT: (after("Advertisement"), inside("The board paid for an advertisement in May.")),
    Label.LEGAL: (
        after("© 2024 Harbour Times"),
        inside("The cookies of the harbour baker are famous."),
    ),
    Label.COMMENTS: (after("Leave a comment"), inside("The board did not comment on the report.")),
    Label.BIO: (
        after("Ann Roe is a reporter who covers harbours for the Times"),
        inside("Ann Roe is a reporter who covers harbours, and she saw it fall."),
    ),
    Label.REPEAT: (after(STORY[1]), inside("A sentence that the page prints only once.")),
    Label.NOISE: (inside("___"), inside("1903 was a good year.")),
}
"""A line that gets the label and one that stays; furniture is learned from other documents."""


@pytest.mark.parametrize("label", LABELS)
def test_a_label_is_given_and_withheld(label):
    """The first line leaves the text under its label though the score is low, the second stays."""
    taken, left = LABELS[label]
    found = final(taken, 0.1)
    assert (found.ruling is not Ruling.KEEP, found.label) == (True, label)
    assert final(left, 0.9).ruling is Ruling.KEEP


def test_every_label_has_a_fixture():
    """Only what must be learned from several documents has its fixtures elsewhere."""
    assert {*LABELS, Label.FURNITURE} == {*Label}


FILE = Path(__file__).parent / "golden" / "named_lines.txt"
NAMED = [
    (Label(part.split("\n", 1)[0]), line)
    for part in FILE.read_text("utf-8").split("== ")[1:]
    for line in part.strip().split("\n")[1:]
]


@pytest.mark.parametrize(("label", "line"), NAMED)
def test_what_the_score_removes_has_its_name_in_twelve_languages(label, line):
    """The chrome around a story is called what it is, whatever removes it."""
    lines, at = after(line)
    assert weak_labels(page_of(lines), [at]) == {at: label}
