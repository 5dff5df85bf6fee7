"""What a browser may ask of a proposal, read into a wish; whatever is malformed is refused with its field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gis_app.errors import BadInput
from gis_app.plans.proposals.county import Wish
from gis_app.plans.proposals.propose import price_of

MOST_BLOCKS, MOST_GRIDS = 200_000, 60
REMEDIES = {
    "goal": "least_change、balance、compact 或 from_nothing",
    "slider": "0（形状最好）至 1（调整户数最少）",
    "band": "[下限, 上限]，为 0 至 1000000 的整数，下限不大于上限",
    "within": "0.01 至 1",
    "n": f"1 至 {MOST_GRIDS} 的整数",
    "count": "1 至 6 的整数",
    "seconds": "0 至 60",
    "seed": "0 至 1000000 的整数",
    "communities": "社区编码的列表",
    "blocks": "地块编码的列表",
}
Households = Annotated[int, Field(ge=0, le=1_000_000)]
Code = Annotated[str, Field(min_length=1, max_length=80)]


class Asked(BaseModel):
    """One question; `seconds` is how long a proof of one community may take, 0 asks for none."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    goal: Literal["least_change", "balance", "compact", "from_nothing"] = "least_change"
    slider: float = Field(0.4, ge=0, le=1)
    band: tuple[Households, Annotated[Households, Field(ge=1)]] = (300, 500)
    within: float | None = Field(None, ge=0.01, le=1)
    communities: Annotated[list[Code], Field(min_length=1, max_length=5_000)] | None = None
    blocks: Annotated[list[Code], Field(min_length=1, max_length=MOST_BLOCKS)] | None = None
    n: int | None = Field(None, ge=1, le=MOST_GRIDS)
    count: int = Field(3, ge=1, le=6)
    seed: int = Field(0, ge=0, le=1_000_000)
    seconds: float = Field(10.0, ge=0, le=60)

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> Asked:
        """Return the question; raises BadInput for the first field that is not as declared."""
        try:
            asked = cls.model_validate(dict(params))
        except ValidationError as found:
            first = found.errors(include_url=False, include_input=False, include_context=False)[0]
            name = str(first["loc"][0])[:40] if first["loc"] else "goal"
            raise BadInput("bad_proposal", "方案要求有误", {name: REMEDIES.get(name, "删除该项")}) from None
        if asked.band[0] > asked.band[1]:
            raise BadInput("bad_proposal", "方案要求有误", {"band": REMEDIES["band"]})
        return asked

    @property
    def price(self) -> float:
        """Metres of border that one moved household is worth."""
        return price_of(self.slider)

    def wish(self, people: Mapping[str, Sequence[str]] | None = None) -> Wish:
        """Return what is asked of the plan; `people` names who answers for each grid key."""
        return Wish(
            goal=self.goal, band=self.band, within=self.within, communities=self.communities,
            blocks=self.blocks, n=self.n, people=people or {},
        )  # fmt: skip
