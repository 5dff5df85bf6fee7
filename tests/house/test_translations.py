"""Every Chinese sentence of the interface has an English one with the same places; none is left over."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "gis_app" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
CHINESE = re.compile(r"[\u3400-\u9fff]")
PLACE = re.compile(r"%\(\w+\)[a-z]")
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None}
SOURCES = (
    ("gis_app", "**.py", "python", {}),
    ("templates", "**.html", "jinja2", {"silent": "false"}),
    ("static/js", "**.js", "javascript", {"parse_template_string": True}),
)
# Modules whose words are translated where they are shown, and the names that hold them.
NAMED = (
    ("errors.py", "default_message"),
    ("settings.py", "default_message"),
    ("maps/classes.py", r"\w+_LABEL"),
)


def marked() -> dict[str, str]:
    """Return every sentence marked for translation and where it stands first."""
    found: dict[str, str] = {}
    for folder, pattern, method, options in SOURCES:
        messages = extract_from_dir(
            ROOT / folder, [(pattern, method)], {pattern: options}, KEYWORDS, directory_filter=lambda _: True
        )
        for file, line, text, _comments, _context in messages:
            if isinstance(text, str) and CHINESE.search(text):
                found.setdefault(text, f"{folder}/{file}:{line}")
    return found


def named() -> dict[str, str]:
    """Return the sentences that constants hold, to be translated where they are shown."""
    found: dict[str, str] = {}
    for file, name in NAMED:
        for node in ast.walk(ast.parse((ROOT / "gis_app" / file).read_text())):
            target = getattr(node, "targets", [None])[0]
            if isinstance(target, ast.Name) and re.fullmatch(name, target.id):
                found[ast.literal_eval(node.value)] = f"gis_app/{file}:{node.lineno}"
    return found


@pytest.fixture(scope="module")
def sentences() -> dict[str, str]:
    return marked() | named()


@pytest.fixture(scope="module")
def english() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        return {message.id: message.string for message in read_po(file) if message.id}


def test_every_sentence_has_an_english_one(sentences, english):
    missing = {text: place for text, place in sentences.items() if not english.get(text)}
    assert missing == {}


def test_the_catalogue_compiles():
    """Setting a machine up compiles it, and stops where babel finds a fault in a sentence."""
    with CATALOGUE.open("rb") as file:
        checked = read_po(file).check()
    faults = {message.id: [str(error) for error in errors] for message, errors in checked}
    assert faults == {}


def test_no_english_sentence_is_left_without_its_chinese_one(sentences, english):
    assert sorted(set(english) - set(sentences)) == []


def test_english_sentences_are_english_and_fill_the_same_places(english):
    wrong = {
        text: translated
        for text, translated in english.items()
        if CHINESE.search(translated) or sorted(PLACE.findall(text)) != sorted(PLACE.findall(translated))
    }
    assert wrong == {}


def test_templates_hold_no_chinese_beside_the_marked_sentences():
    bare = []
    for file in sorted((ROOT / "templates").rglob("*.html")):
        if "help" in file.parts:
            continue
        text = re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", "", file.read_text(), flags=re.DOTALL)
        text = re.sub(r'<(\w+)[^>]*lang="zh-CN"[^>]*>[^<]*</\1>', "", text)
        bare += [
            f"{file.relative_to(ROOT)}: {line.strip()}" for line in text.splitlines() if CHINESE.search(line)
        ]
    assert bare == []


def test_scripts_hold_no_chinese_beside_the_marked_sentences():
    bare = []
    for file in sorted((ROOT / "static" / "js").rglob("*.js")):
        text = re.sub(r"/\*.*?\*/|//[^\n]*", "", file.read_text(), flags=re.DOTALL)
        text = re.sub(r'\b_\(\s*"[^"\n]*"', "_(", text)
        bare += [
            f"{file.relative_to(ROOT)}: {line.strip()}" for line in text.splitlines() if CHINESE.search(line)
        ]
    assert bare == []
