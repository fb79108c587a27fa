"""What the runs say of figures, and of the machine that they were measured on."""

import os
import platform
import statistics
import time


def spread(values):
    return {"median": statistics.median(values), "lowest": min(values), "highest": max(values)}


def number(value):
    """Three digits that count, and no exponent."""
    return f"{value:.3g}" if abs(value) < 100 else f"{float(f'{value:.3g}'):,.0f}"


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), "unknown")
    return {"cpu": model, "cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version(),
            "load": os.getloadavg(), "date": time.strftime("%Y-%m-%d", time.gmtime())}
