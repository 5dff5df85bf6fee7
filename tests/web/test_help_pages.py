"""The manual is opened, searched and kept: by everybody signed in, in both languages, without scripts."""

from __future__ import annotations

import re
import time

import pytest

from gis_app.people.roles import Role
from gis_app.web.help_pages import HELP_PAGES
from gis_app.web.help_search import Entry, Index, highlighted, plain, snippet
from gis_app.web.help_text import chapters_of

ADDRESSES = [
    "/help",
    "/help/book",
    "/help/search?q=上报",
    "/field/help",
    *(f"/help/{page.slug}" for page in HELP_PAGES),
]


def in_english(client):
    client.set_cookie("language", "en")
    return client


@pytest.fixture
def reader(as_role):
    return as_role("leader")


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_is_answered_whole_in_both_languages(address, as_role):
    assert as_role(None).get(address).status_code in (302, 303, 401)
    for client in (as_role("leader"), in_english(as_role("leader"))):
        answer = client.get(address)
        assert answer.status_code == 200 and answer.mimetype == "text/html"
        assert len(re.findall(r"<h1", answer.text)) == (len(HELP_PAGES) + 1 if "book" in address else 1)


@pytest.mark.parametrize("role", Role)
def test_each_role_is_led_to_its_own_manual_first(role, as_role):
    own = next(page for page in HELP_PAGES if role in page.roles)
    page = as_role(role).get("/help").text
    assert page.index(f'class="help-own" href="/help/{own.slug}"') < page.index("help-card")


def test_a_page_that_the_browser_has_is_not_sent_again(reader):
    first = reader.get("/help/leader")
    tag, policy = first.headers["ETag"], first.headers["Content-Security-Policy"]
    assert "nonce" not in policy and "nonce=" not in first.text and "unsafe" not in policy
    again = reader.get("/help/leader", headers={"If-None-Match": tag})
    assert again.status_code == 304 and again.data == b""
    assert again.headers["ETag"] == tag and again.headers["Content-Security-Policy"] == policy
    assert in_english(reader).get("/help/leader", headers={"If-None-Match": tag}).status_code == 200


def test_a_page_that_does_not_exist_is_not_found(reader):
    for slug in ("nothing", "_frame", "zh", "..", "leader/", "page.html"):
        assert reader.get(f"/help/{slug}").status_code == 404, slug
    assert reader.get("/help/leader?lang=fr").status_code == 400
    assert reader.get("/help?x=1").status_code == 400


def test_chinese_finds_english_and_the_other_way_round(reader, as_role):
    """Somebody who reads Chinese may know the English word, and the page says which language it is in."""
    english = in_english(as_role("planner"))
    for client, query, link in (
        (reader, "提交审核", "/help/planner#compare"),
        (reader, "swipe", "/help/planner?lang=en#compare"),
        (english, "swipe", "/help/planner#compare"),
        (english, "卷帘", "/help/planner?lang=zh#compare"),
    ):
        assert f'href="{link}"' in client.get("/help/search", query_string={"q": query}).text, query
    page = reader.get("/help/planner?lang=en").text
    assert '<article class="help-article" lang="en">' in page and "换成我的语言" in page


def test_a_chapter_is_found_once_and_what_was_typed_is_marked(reader):
    page = reader.get("/help/search?q=备份").text
    links = re.findall(r'<h2><a href="([^"]+)"', page)
    assert links and len(links) == len({link.replace("?lang=en", "") for link in links})
    assert links[0].startswith(("/help/operator", "/help/deployment")) and "<mark>备份</mark>" in page


@pytest.mark.parametrize(
    "query", ["", " ", "<script>", "%", "\"'", "{{ 7 * 7 }}", "。。。", "a" * 100, "𠀀𠀁", "ﬃ①"]
)
def test_whatever_is_typed_is_answered_as_text(reader, query):
    answer = reader.get("/help/search", query_string={"q": query})
    assert answer.status_code == 200
    assert "<script>" not in answer.text.split("<main")[1].split("</main>")[0] and ">49<" not in answer.text


def test_a_query_that_is_too_long_is_refused(reader):
    assert reader.get("/help/search", query_string={"q": "长" * 101}).status_code == 400


ENTRIES = [
    Entry("submit", "提交审核", "规划员把草案交给领导。"),
    Entry("draft", "新建草案", "从现行方案开始，改好后提交审核。"),
    Entry("backup", "备份", "每天夜里执行 gis-app backup，一个文件。"),
    Entry("restore", "Restore a backup", "Stop the service first."),
]


def found(query: str) -> list[str]:
    return [entry.key for entry in Index(ENTRIES).find(query)]


def test_chinese_words_are_found_by_their_pairs_and_the_heading_comes_first():
    assert found("提交审核") == ["submit", "draft"]
    assert found("怎么提交审核") == ["submit", "draft"]
    assert found("审") == ["submit", "draft"]
    assert found("审批") == []


def test_other_words_are_found_by_their_beginning_in_any_case_and_width():
    assert found("BACK") == ["restore", "backup"] or found("BACK") == ["backup", "restore"]
    assert found("ｂａｃｋｕｐ") == found("backup") and len(found("backup")) == 2
    assert found("ckup") == []


def test_every_word_must_be_there():
    assert found("草案 领导") == ["submit"]
    assert found("backup 备份") == ["backup"]
    assert found("备份 提交审核") == []


def test_what_was_typed_is_marked_and_nothing_is_lost():
    pieces = highlighted("改好后提交审核，Submit it", "提交 sub")
    assert "".join(piece for piece, _ in pieces) == "改好后提交审核，Submit it"
    assert [piece for piece, hit in pieces if hit] == ["提交", "Sub"]


def test_a_snippet_is_cut_around_what_was_typed():
    text = "前" * 500 + "备份在这里" + "后" * 500
    shown = snippet(text, "备份")
    assert "".join(piece for piece, hit in shown if hit) == "备份"
    assert shown[0] == ("…", False) and shown[-1] == ("…", False)
    assert len("".join(piece for piece, _ in shown)) < 100


def test_a_text_keeps_its_length_when_it_is_compared():
    for text in ("ＡＢＣ", "ﬃ", "①②", "İstanbul", "Ⅷ", "㎡"):
        assert len(plain(text)) == len(text)


def test_a_hard_query_is_answered_quickly():
    index = Index([Entry(number, "网格" * 20, "甲乙丙丁 alpha beta " * 400) for number in range(300)])
    start = time.perf_counter()
    index.find("网格甲乙 a b 丁 " + "乙" * 80)
    assert time.perf_counter() - start < 1


def test_a_fragment_is_divided_at_its_headings_and_keeps_all_its_words():
    html = (
        '<p>序</p><h2 id="a">甲<b class="ui">「乙」</b></h2><p>一\n  二</p><pre><code>x  y</code></pre>'
        '<h3 id="b">B</h3>'
    )
    first, second, third = chapters_of(html)
    assert (first.anchor, first.text) == ("", "序")
    assert (second.anchor, second.level, second.heading, second.text) == ("a", 2, "甲「乙」", "一二 x y")
    assert (third.anchor, third.level, third.heading, third.text) == ("b", 3, "B", "")
