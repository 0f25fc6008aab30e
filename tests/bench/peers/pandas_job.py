"""pandas_job.py - the job in pandas and numpy: python3 pandas_job.py TABLE REPORT"""
import sys

import numpy as np
import pandas as pd

A = [f"a{i}" for i in range(1, 13)]
B = [f"b{i}" for i in range(1, 11)]
F = [f"f{i}" for i in range(1, 9)]
np.seterr(all="ignore")  # 0 / 0 where nothing was answered


def mean(answers, needed):
    there = ~np.isnan(answers)
    n = there.sum(1)
    result = np.where(there, answers, 0).sum(1) / n
    result[n < needed] = np.nan
    return result


def band(score, low, high, names):
    named = np.where(score < low, names[0], np.where(score < high, names[1], names[2]))
    return np.where(np.isnan(score), "", named)


types = {"client_id": str, "session": np.int32, "date": str, **{c: np.float32 for c in A + B + F}}
table = pd.read_csv(sys.argv[1], dtype=types)
a, b, f = (table[names].to_numpy(np.float64) for names in (A, B, F))

a[:, [2, 8]] = 6 - a[:, [2, 8]]
total = mean(a, 9) * 12

weight = np.array([1, 1, 2, 1, 3, 2, 1, 2, 1, 3.0])
there = ~np.isnan(b)
b = np.where(there, b, 0)
score = b @ weight * 17 / (there @ weight)
score[there.sum(1) < 8] = np.nan

client, own, modality, expectancy = (mean(f[:, i : i + 2], 1) for i in (0, 2, 4, 6))
relationship = (own + (total / 12 - 1) * 2.5) / 2
composite = 0.4 * client + 0.3 * relationship + 0.15 * modality + 0.15 * expectancy

pd.DataFrame(
    {
        "client_id": table.client_id,
        "session": table.session,
        "date": table.date,
        "al_goal": mean(a[:, :4], 3),
        "al_task": mean(a[:, 4:8], 3),
        "al_bond": mean(a[:, 8:], 3),
        "al_total": total,
        "al_band": band(total, 36, 48, ("low", "moderate", "high")),
        "bd_score": score,
        "bd_flags": (b == 2).sum(1),
        "bd_band": band(score, 12, 20, ("clear", "watch", "blurred")),
        "cf_client": client,
        "cf_relationship": relationship,
        "cf_modality": modality,
        "cf_expectancy": expectancy,
        "cf_composite": composite,
        "cf_band": band(composite, 4, 6, ("low", "mid", "high")),
    }
).to_csv(sys.argv[2], index=False, float_format="%.3f")
