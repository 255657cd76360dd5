"""Golden values for the event study: NumPy and SciPy on demo/markets.csv. Run from the project's root: python tests/golden/event_study.py

Needs numpy and scipy; writes tests/golden/event_study.tsv. The windows and variances are those of src/analyze/study.rs.
"""
import csv

import numpy as np
from scipy import stats

rows = list(csv.DictReader(open("demo/markets.csv")))


def closes(name):
    return [(row["date"], float(row[name])) for row in rows if row[name]]


def test(value, variance, freedom):
    t = value / np.sqrt(variance)
    return [value, t, 2 * stats.t.sf(abs(t), freedom)]


def mean_adjusted(own, event):
    days = [day for day, _ in own][1:]
    r = np.diff(np.log([price for _, price in own]))
    zero = next(i for i, day in enumerate(days) if day >= event)
    estimation, window = r[zero - 70 : zero - 10], r[zero - 1 : zero + 6]
    n, length = len(estimation), len(window)
    mean, variance = np.mean(estimation), np.var(estimation, ddof=1)
    return test(r[zero] - mean, variance * (1 + 1 / n), n - 1) + test(
        np.sum(window - mean), variance * (length + length**2 / n), n - 1
    )


def market_model(own, market, event):
    other = dict(market)
    both = [(day, other[day], price) for day, price in own if day in other]
    days = [day for day, _, _ in both][1:]
    x, y = np.diff(np.log([m for _, m, _ in both])), np.diff(np.log([p for _, _, p in both]))
    zero = next(i for i, day in enumerate(days) if day >= event)
    e, w = slice(zero - 70, zero - 10), slice(zero - 1, zero + 6)
    line = stats.linregress(x[e], y[e])
    n, length = len(x[e]), len(x[w])
    residual = y - line.intercept - line.slope * x
    variance = np.sum(residual[e] ** 2) / (n - 2)
    spread = np.sum((x[e] - x[e].mean()) ** 2)
    day = variance * (1 + 1 / n + (x[zero] - x[e].mean()) ** 2 / spread)
    whole = variance * (length + length**2 / n + np.sum(x[w] - x[e].mean()) ** 2 / spread)
    return test(residual[zero], day, n - 2) + test(np.sum(residual[w]), whole, n - 2)


with open("tests/golden/event_study.tsv", "w") as out:
    out.write("series\tmarket\tevent\tar\tar_t\tar_p\tcar\tcar_t\tcar_p\tmarket_ar\tmarket_ar_t\tmarket_ar_p\tmarket_car\tmarket_car_t\tmarket_car_p\n")
    for series, market in [("brent", "eurusd"), ("wti", "brent"), ("eurpln", "eurusd"), ("natgas_henryhub", "brent")]:
        for event in ["2021-07-04", "2022-02-24", "2022-03-08"]:
            own, other = closes(series), closes(market)
            found = mean_adjusted(own, event) + market_model(own, other, event)
            out.write("\t".join([series, market, event] + [repr(float(value)) for value in found]) + "\n")
