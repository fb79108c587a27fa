"""What the tutorial's notebook does with the telemetry of a day, in pandas: load, detect, scan."""

import pandas as pd

TRAILING = 75  # samples of the trailing mean and deviation
FLAGGED = 3.0  # standard deviations
GAP = pd.Timedelta(minutes=8)  # between two windows
LEVELS = ("WARN", "ERROR")
BAD_UP = ("p95_ms", "error_rate")  # of the metrics those where more is worse; of rps less is


def load(day, *names):
    tables = {name: pd.read_csv(f"{day}/{name}.csv") for name in names}
    for table in tables.values():
        if "ts" in table:
            table["ts"] = pd.to_datetime(table["ts"], format="ISO8601")
    return tables


def detect(metrics):
    """The longest stretch whose samples are far from the trailing mean: (from, to), or None.

    By `rolling`, which the notebook does not use: its loop over numpy slices takes a hundred times as long.
    """
    flagged = pd.Series(False, index=metrics.index)
    for name in metrics.columns.drop("ts"):
        trailing = metrics[name].rolling(TRAILING)
        z = (metrics[name] - trailing.mean().shift()) / (trailing.std(ddof=0).shift() + 1e-9)
        flagged |= (z if name in BAD_UP else -z) >= FLAGGED
    times = metrics["ts"][flagged]
    if times.empty:
        return None
    stretch = (times.diff() > GAP).cumsum()
    longest = times[stretch == stretch.value_counts().idxmax()]
    return longest.iloc[0], longest.iloc[-1]


def within(table, begin, end):
    return table[(table["ts"] >= begin) & (table["ts"] < end)]


def scan(logs, begin, end):
    """Counts of the errors in a window by what they have, and the latency of the window's lines."""
    window = within(logs, begin, end)
    errors = window[window["level"].isin(LEVELS) | window["error_kind"].notna()]
    pairs = errors.groupby(["service", "error_kind"]).size()
    return {
        "lines": len(window),
        "error_lines": len(errors),
        "by_kind": errors["error_kind"].value_counts().to_dict(),
        "by_service": errors["service"].value_counts().to_dict(),
        "by_endpoint": errors["endpoint"].value_counts().to_dict(),
        "by_region": errors["region"].value_counts().to_dict(),
        "counts": [[service, kind, int(count)] for (service, kind), count in pairs.items()],
        "messages": errors["message"].value_counts().head(8).to_dict(),
        "latency_p95_ms": window.groupby("service")["latency_ms"].quantile(0.95).to_dict(),
    }
