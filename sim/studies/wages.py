"""Replications table -> the same with wages as the employer pays them."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from sim.studies.ledger import StudyError


def pay(replications: pd.DataFrame, wages: Literal["minutes", "contract"]) -> pd.DataFrame:
    """`wages`, `cost`, `net_income` and `adds` with wages for minutes worked, as they are simulated, or for hours by contract.

    By contract the hours that nobody needed are paid too, so that a second operator costs what a second operator costs. Raises
    StudyError where the study does not hold what was paid by contract.
    """
    if wages == "minutes":
        return replications
    if "contract_wages" not in replications:
        raise StudyError("wages=contract: this study does not hold the hours by contract; minutes")
    more = replications.contract_wages - replications.wages
    paid = replications.assign(wages=replications.contract_wages)
    for name, side in (("cost", 1), ("net_income", -1), ("adds", -1)):
        if name in paid:
            paid[name] = paid[name] + side * more
    return paid


def differ_by_contract(replications: pd.DataFrame) -> bool:
    """Whether arms with a group differ in the hours that are paid by contract."""
    if "contract_hours" not in replications:
        return False
    hours = replications[replications.contract_hours > 0].groupby("arm").contract_hours.mean().round(6)
    return bool(hours.nunique() > 1)
