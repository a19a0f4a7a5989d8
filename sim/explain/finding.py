"""A path, a key or ordinary words in any of the languages -> the settings, choices and outcomes that are meant."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from sim.allowed import ConfigError, nearest_path, quoted
from sim.config import config_folder, options, summary, trigger_of
from sim.explain.inventory import ENTRY, NAME, Setting, inventory
from sim.files import read_yaml
from sim.projections.outcomes import OUTCOMES
from sim.report.language import LANGUAGES, translator

#: What can be chosen by name, in the order in which it is shown.
GROUPS = ("scenario", "strategy", "campaign", "incident", "staff", "member", "lesson")
#: How much a match counts: the whole key, a word of the key, a name on screen, the meaning, the line on what it belongs to.
WHOLE, PART, NAMED, MEANT, ABOUT = 100, 40, 30, 20, 4
#: A word is cut to its stem by leaving off one of these, if so many letters are left.
ENDINGS, STEM = ("es", "s"), 4
MOST_WORDS, MOST_LETTERS = 12, 80

T = TypeVar("T")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True)
class Choice:
    """Something that can be chosen by name: `campaign=[coupon_pair]`, `strategy=kol_care`."""

    group: str
    name: str
    line: str


@dataclass(frozen=True)
class Found:
    """What some words mean, the likeliest first."""

    settings: tuple[Setting, ...] = ()
    choices: tuple[Choice, ...] = ()
    outcomes: tuple[str, ...] = ()
    exact: bool = False
    """whether it was a path or a key, not words"""


def explain(words: Iterable[str]) -> Found:
    """What is meant. Raises ConfigError where nothing is, with what comes nearest."""
    texts = [word.partition("=")[0].strip() for word in words]
    if len(texts) > MOST_WORDS or any(len(text) > MOST_LETTERS for text in texts):
        raise ConfigError(f"explain: at most {MOST_WORDS} words of {MOST_LETTERS} letters")
    asked = [text for text in texts if text]
    found = _by_words(" ".join(asked))
    if len(asked) == 1 and (named := _named(asked[0])):
        beside = found if found and "." not in asked[0] else Found()
        return Found(named, beside.choices, beside.outcomes, exact=True)
    if found:
        return found
    raise ConfigError(f"explain {quoted(' '.join(asked))}: no setting is called or described so{_nearest(' '.join(asked))}")


def _named(text: str) -> tuple[Setting, ...]:
    """The settings at a path, or of a key."""
    last = text.rpartition(".")[2]
    called = _by_name().get(last, ())
    if last == text:
        return called
    at = tuple(one for one in called if text in one.paths or any(use.path == text for use in one.uses))
    return at or tuple(one for one in called if any(_fits(path, text) for path in one.paths))


@cache
def _by_name() -> Mapping[str, tuple[Setting, ...]]:
    found: dict[str, list[Setting]] = {}
    for one in inventory():
        found.setdefault(one.name, []).append(one)
    return {name: tuple(settings) for name, settings in found.items()}


def _fits(pattern: str, text: str) -> bool:
    """Whether a path is one that a pattern with names in capitals stands for; an incident goes by its trigger."""
    head, name = (*text.split("."), "")[:2]
    if head == "incident" and name in options("incident"):
        text = text.replace(f"incident.{name}.", f"incident.{trigger_of('incident', name)}.", 1)
    return bool(re.fullmatch(re.escape(pattern).replace(NAME, r"\w+").replace(ENTRY, r"\w+"), text))


def _by_words(text: str) -> Found | None:
    groups = [_alike(word) for word in _words(text)]
    if not groups:
        return None
    settings = _ranked(((one, _texts_of(one)) for one in inventory()), groups)
    choices = _ranked(((one, _texts_of_choice(one)) for one in _choices()), groups)
    outcomes = _ranked(((name, _texts_of_outcome(name)) for name in OUTCOMES), groups)
    return Found(settings, choices, outcomes) if settings or choices or outcomes else None


def _ranked(candidates: Iterable[tuple[T, list[tuple[int, str]]]], groups: list[tuple[str, ...]]) -> tuple[T, ...]:
    """Those in which every group of like words is met, by how well; of equals in the order given."""
    scored = []
    for place, (one, texts) in enumerate(candidates):
        points = [
            max((weight for weight, text in texts for word in group if _is_in(word, text)), default=0) for group in groups
        ]
        if all(points):
            scored.append((-sum(points), place, one))
    return tuple(one for _, _, one in sorted(scored, key=lambda row: row[:2]))


def _texts_of(setting: Setting) -> list[tuple[int, str]]:
    """(weight, plain text) of all that is said of a setting in all languages."""
    texts = [(WHOLE, plain(setting.name.replace("_", " ")))] if "_" not in setting.name else []
    texts.append((PART, plain(setting.name.replace("_", " "))))
    for language in LANGUAGES:
        t = translator(language)
        if f"setting.{setting.name}" in t.words:
            texts.append((NAMED, plain(t.setting(setting.name))))
        texts += [(MEANT, plain(told(setting.told.meaning, language))), (ABOUT, plain(told(setting.about, language)))]
    return [*texts, (ABOUT, plain(setting.path.replace("_", " ").replace(".", " ")))]


def _texts_of_choice(choice: Choice) -> list[tuple[int, str]]:
    texts = [(PART, plain(choice.name.replace("_", " ")))]
    titles = titles_of_lesson(choice.name) if choice.group == "lesson" else {}
    for language in LANGUAGES:
        t = translator(language)
        name = titles[language] if titles else t.name(choice.group, choice.name)
        texts += [(NAMED, plain(name)), (MEANT, plain(t.line(choice.group, choice.name, choice.line)))]
    return texts


def _texts_of_outcome(name: str) -> list[tuple[int, str]]:
    texts = [(PART, plain(name.replace("_", " ")))]
    return texts + [(NAMED, plain(translator(language).outcome(name))) for language in LANGUAGES]


@cache
def _choices() -> tuple[Choice, ...]:
    return tuple(Choice(group, name, summary(group, name)) for group in GROUPS for name in options(group))


def titles_of_lesson(name: str) -> Mapping[str, str]:
    """What a shipped lesson is called, in every language."""
    content: Any = read_yaml(config_folder() / "lesson" / f"{name}.yaml", "a lesson").content
    titles: dict[str, str] = content["title"]
    return titles


@cache
def _meanings(language: str) -> Mapping[str, str]:
    found: dict[str, str] = json.loads(files(__package__).joinpath("meanings", f"{language}.json").read_text("utf-8"))
    return found


def told(text: str, language: str) -> str:
    """What the code says in English, in a language; as it stands where there is no translation."""
    return text if language == "en" else _meanings(language).get(text, text)


def plain(text: str) -> str:
    """Small letters without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _words(text: str) -> Iterator[str]:
    """The words of a text: of letters, or a stretch of Chinese; a full path gives its parts."""
    for part in re.split(r"[\s,.;_=]+", plain(text)):
        if _CHINESE.search(part):
            yield part
        else:
            yield from _WORD.findall(part)


def _stem(word: str) -> str:
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= STEM:
            return word[: -len(ending)]
    return word


def _alike(word: str) -> tuple[str, ...]:
    """The stem of a word and of all that mean the same."""
    same = [one for group in _synonyms() if any(_stem(other) == _stem(word) for other in group) for one in group]
    return tuple(dict.fromkeys(_stem(one) for one in (word, *same)))


@cache
def _synonyms() -> tuple[tuple[str, ...], ...]:
    groups = json.loads(files(__package__).joinpath("synonyms.json").read_text("utf-8"))
    return tuple(tuple(plain(word) for word in group) for group in groups)


def _is_in(word: str, text: str) -> bool:
    """Whether a text has the word: anywhere where it is Chinese, else at the beginning of one of its own."""
    return word in text if _CHINESE.search(word) else any(one.startswith(word) for one in _WORD.findall(text))


def _nearest(text: str) -> str:
    """What comes nearest, for an error."""
    near = nearest_path(text, [path for one in inventory() for path in one.paths])
    return f"; did you mean {near}?" if near else "; groupalive explain alone tells where to look"


def meaning_of(path: str, language: str) -> str:
    """What the setting at a full path means, in a line; of a value by name what the whole is; "" where nothing is known of it."""
    while path:
        found = _named(path) if "." in path else tuple(one for one in _by_name().get(path, ()) if one.path == path)
        if found:
            return told(found[0].told.meaning, language)
        path = path.rpartition(".")[0]
    return ""
