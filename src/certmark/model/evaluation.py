"""How the subject was evaluated: assurance packages."""

from __future__ import annotations

from pydantic import Field, ValidationInfo, field_validator

from certmark.model.assurance import GLOBAL, ava_van_in, ava_van_problem
from certmark.model.fields import AvaVan, Component, Eal, Flag, FrozenModel, Text100, UpTo64, raise_problem


class Package(FrozenModel):
    """An assurance package (Regulation (EU) 2024/482, Annex VIII)."""

    name: Text100 = GLOBAL
    """What the package is about: "global", or the name of a sub-TSF."""

    eal: Eal | None = None
    """Evaluation assurance level, 1 to 7. It never has a plus sign: name the components."""

    components: UpTo64[Component] = ()
    """Assurance components, each as ALC_FLR.2."""

    ava_van: AvaVan | None = Field(default=None, validate_default=True)
    """AVA_VAN level, 1 to 5; may be left out when the components hold it."""

    augmented: Flag = False
    """Whether the components go beyond the package or protection profile that is named."""

    @field_validator("ava_van")
    @classmethod
    def _agrees_with_components(cls, ava_van: int | None, info: ValidationInfo) -> int | None:
        components = info.data.get("components", ())
        level = ava_van_in(components) if ava_van is None else ava_van
        raise_problem(ava_van_problem(level, components))
        return level
