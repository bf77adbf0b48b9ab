"""What a label says, in the words of a language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from certmark.label.lines import Stretch
from certmark.label.typeface import Weight

if TYPE_CHECKING:
    from certmark.label.lines import Paragraph
    from certmark.label.particulars import Particulars
    from certmark.wording import Words

_FIXED_SPACE: Final = "\N{NO-BREAK SPACE}"

_BETWEEN: Final = f"{_FIXED_SPACE}·{_FIXED_SPACE}"


class Spoken(NamedTuple):
    """The words of a label.

    Attributes:
        language: of the words.
        scheme: name of the scheme.
        level: assurance level and AVA_VAN level.
        details: the rest, a paragraph for each.
        banner: what nobody must overlook, or None.
    """

    language: str
    scheme: Paragraph
    level: Paragraph
    details: tuple[Paragraph, ...]
    banner: str | None

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Everything that is said, in the order of reading."""
        said = [_plain(paragraph) for paragraph in (self.scheme, self.level, *self.details)]
        return tuple([*said[:2], self.banner, *said[2:]] if self.banner else said)

    @property
    def title(self) -> str:
        """What it is, in a line."""
        title = f"{_plain(self.scheme)}, {_plain(self.details[0])}"
        return f"{self.banner}. {title}" if self.banner else title

    @property
    def description(self) -> str:
        """Everything that is said, as sentences."""
        sentences = (f"{paragraph.removesuffix('.')}." for paragraph in self.paragraphs)  # Polish dates have theirs
        return " ".join(sentences).replace(_FIXED_SPACE, " ")


def spoken(particulars: Particulars, words: Words) -> Spoken:
    """Say what a label says."""
    label, p = words.label, particulars
    level = label[p.level]
    details = [
        _named(label["statement_of_conformity" if p.statement else "certificate"], p.id),
        [Stretch(p.body, Weight.BOLD)] if p.statement else _named(label["certification_body"], p.body),
        *([_named(label["accreditation"], p.accreditation)] if p.accreditation else []),
        _filled(label["issued"], "{month}", words.month(p.issued)),
        _filled(label["valid_until"], "{date}", words.date(p.valid_until)),
        *([[Stretch(label["part"], Weight.BOLD)]] if p.part else []),
        *([[Stretch(p.notice)]] if p.notice else []),
    ]
    return Spoken(
        words.language,
        [Stretch(p.scheme, Weight.BOLD)],
        _named(label["assurance_level"], level if p.ava_van is None else f"{level}{_BETWEEN}AVA_VAN.{p.ava_van}"),
        tuple(details),
        _banner(p.root, label["demo"]),
    )


def _banner(root: str | None, demo: str) -> str | None:
    if root is None:
        return None
    return demo if root == "DEMO" else root


def _named(name: str, value: str) -> Paragraph:
    return [Stretch(name), Stretch(value, Weight.BOLD)]


def _filled(template: str, place: str, value: str) -> Paragraph:
    before, _, after = template.partition(place)
    value = value.replace(" ", _FIXED_SPACE)
    stretches = [Stretch(before.strip()), Stretch(value, Weight.BOLD), Stretch(after.strip())]
    return [stretch for stretch in stretches if stretch.text]


def _plain(paragraph: Paragraph) -> str:
    return " ".join(stretch.text for stretch in paragraph)
