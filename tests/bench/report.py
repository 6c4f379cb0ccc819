"""The report: a table on stdout, report.json beside the programs."""

import json
import os
import pathlib
import platform
import statistics
import subprocess


def machine(folder):
    """What the numbers were measured on."""
    lines = pathlib.Path("/proc/cpuinfo").read_text().split("\n")
    cpu = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    memory_kb = int(pathlib.Path("/proc/meminfo").read_text().split()[1])
    disk = subprocess.run(["df", "--output=source,fstype", str(folder)], capture_output=True, text=True, check=True)
    return {
        "cpu": cpu[0] if cpu else platform.machine(), "cpus": os.cpu_count(), "memory_mb": memory_kb // 1024,
        "disk": " ".join(disk.stdout.split("\n")[1].split()), "kernel": platform.release(),
        "load_average_before": [round(load, 2) for load in os.getloadavg()],
    }


def cases(results):
    """Targets stand with the sizes they hold at (issue 5): none for a district."""
    return [
        {"name": name, "unit": unit, "min": rounded(min(values)), "median": rounded(statistics.median(values)),
         "max": rounded(max(values)), "target": None, "met": None}
        for (name, unit), values in results.values.items()
    ]


def rounded(value):
    """Four digits that count."""
    return float(f"{value:.4g}") if value < 1000 else round(value)


def table(found):
    head = ("case", "unit", "min", "median", "max")
    rows = [head] + [tuple(str(case[column]) for column in ("name", *head[1:])) for case in found]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    for row in rows:
        print("  ".join([row[0].ljust(widths[0]), row[1].ljust(widths[1])] + [row[i].rjust(widths[i]) for i in (2, 3, 4)]).rstrip())


def write(path, size, on, settings, found):
    path.parent.mkdir(parents=True, exist_ok=True)
    report = {"size": size, "machine": on, "postgresql": settings, "cases": found}
    path.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n")
