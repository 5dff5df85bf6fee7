"""The decision paper: it names all that changes, nobody by name, and reads no text as markup."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from gis_app.errors import Conflict
from gis_app.paper.decision import build
from gis_app.paper.document import Pair, Picture
from gis_app.paper.typeset_pdf import pdf
from gis_app.storage.layers import read_layer, replace_layer
from gis_app.studio import drafts, editing, publish, remarks
from gis_app.studio.decision import decision
from tests.storage import plan_county as county
from tests.unit.paper.decision_samples import CHANGED, DAY, MERGE, NEW, SPLIT, UNCHANGED, drawn, filled, told
from tests.unit.paper.monthly_samples import fonts_not_embedded, inked_shares, texts_of

HOSTILE = '#read("/etc/passwd") $x$ *b* <a> @c [d] \\u{41} {{ 1 }}'


@pytest.fixture
def store(tmp_path):
    """Return a store with the county of four grids."""
    with filled(tmp_path) as opened:
        yield opened


@pytest.fixture
def material(store):
    """Return the decision on a draft that splits one grid and merges two."""
    return told(store, SPLIT, MERGE)


def joined(body: bytes) -> str:
    """Return the text of a PDF without its line ends and its hidden places to break."""
    return re.sub(r"[\s\u200b\ufffe]+", "", "".join(texts_of(body)))


def test_every_changed_grid_stands_on_it_with_its_code_and_every_page_bears_ink(material):
    body = pdf(build(material, "zh"))
    text = joined(body)
    assert [code for code in CHANGED if code not in text] == []
    assert UNCHANGED not in "".join(texts_of(body)[2:3]) and min(inked_shares(body)) > 0.005
    assert fonts_not_embedded(body) == 0
    for words in (
        "春季调整",
        "规划员planner",
        "2026-03-10",
        "草拟中",
        "待定",
        "提请",
        "审核",
        "批准",
        "签字",
    ):
        assert words in text


def test_the_same_decision_gives_the_same_bytes_and_another_day_others(store, material):
    first = pdf(build(material, "zh"))
    again = decision(store, material.draft.draft_id, material.draft.version, DAY)
    assert pdf(build(again, "zh")) == first
    assert pdf(build(replace(material, day=DAY.replace(day=11)), "zh")) != first


def test_the_maps_stand_on_facing_pages_and_each_changed_community_beside_itself(material):
    made = build(material, "zh")
    pages = texts_of(pdf(made))
    assert "全县网格（现行）" in pages[3] and "全县网格（草案）" in pages[4]
    pictures = list(made.pictures())
    assert [one.key for one in pictures[:2]] == ["county-before", "county-after"]
    pairs = [block for section in made.sections for block in section.blocks if isinstance(block, Pair)]
    assert [pair.title.split()[-1] for pair in pairs] == [county.WEST, county.EAST]
    for picture in pictures:
        assert (
            isinstance(picture, Picture)
            and "比例尺" in picture.svg.decode()
            and "换网格的地块" in picture.svg.decode()
        )
    assert NEW[-6:] in pairs[0].right.svg.decode() and NEW[-6:] not in pairs[0].left.svg.decode()


def test_no_holder_of_a_post_is_named(store, material):
    posts = county.posts()
    names = {name for name in posts["holder_name"] if name}
    text = joined(pdf(build(material, "zh")))
    assert names and [name for name in names if re.search(rf"(?<!\d){name}(?!\d)", text)] == []
    assert "网格长" in text and "由410222001001001延续，待确认" in text


def test_a_hostile_text_is_read_as_it_stands(store):
    with store.write() as conn:
        grids, stations = read_layer(conn, "grids"), read_layer(conn, "stations")
        replace_layer(conn, "grids", grids.assign(name=HOSTILE))
        replace_layer(conn, "stations", stations.assign(name=HOSTILE))
    draft_id, version = drawn(store, SPLIT, MERGE, name=HOSTILE)
    remarks.add_remark(store, draft_id, *county.middle(0, 0), f"{HOSTILE}\n#panic()", "planner")
    text = joined(pdf(build(decision(store, draft_id, version, DAY), "zh")))
    whole = re.sub(r"\s", "", HOSTILE)
    assert text.count(whole) > 8 and f"{whole}#panic()" in text and "root:" not in text


def test_in_english_no_chinese_sentence_is_left(material):
    made = build(material, "en")
    titles = [section.title for section in made.sections] + [table.title for table in made.tables()]
    assert [title for title in titles if re.search("[一-鿿]", title)] == []
    assert "Decision paper" in texts_of(pdf(made))[0]


def test_a_draft_without_any_change_has_a_paper_too(store):
    text = joined(pdf(build(told(store), "zh")))
    assert "0户换网格" in text and "没有住户换网格" in text


def test_a_draft_that_has_moved_on_or_is_over_has_none(store):
    draft_id, version = drawn(store, SPLIT)
    with pytest.raises(Conflict) as moved:
        decision(store, draft_id, version - 1, DAY)
    assert moved.value.code == "draft_changed"
    version = publish.withdraw(store, draft_id, version, "planner")
    with pytest.raises(Conflict) as over:
        decision(store, draft_id, version, DAY)
    assert over.value.code == "draft_is_over"


def test_a_scheduled_draft_bears_the_codes_it_was_scheduled_with(store):
    draft_id, version = drawn(store, SPLIT)
    version = publish.submit(store, draft_id, version, "planner", "请审核")
    version = publish.approve(store, draft_id, version, "leader")
    done = publish.publish(store, draft_id, version, "2026-04-01", "leader")
    found = decision(store, draft_id, drafts.find_draft(store, draft_id, "planner").version, DAY)
    assert (done.state, found.effects.codes) == ("scheduled", done.codes)
    assert "2026-04-01" in joined(pdf(build(found, "zh")))


def test_a_paper_after_a_further_edit_bears_another_mark(store, material):
    draft = material.draft
    more = {"verb": "transfer", "blocks": ["B12"], "to": county.A2}
    version = editing.edit(store, draft.draft_id, draft.version, more, "planner").version
    later = decision(store, draft.draft_id, version, DAY)
    assert build(later, "zh").mark != build(material, "zh").mark
