"""The plots of docs/benchmarks, by file name, from the same records as its tables."""

from __future__ import annotations

from lib import svg
from lib.peer_results import CPU, P99, RATE, Results
from lib.peers import OURS, WORKLOADS, Workload
from lib.report import Summary, one_digit, whole

KEEP_ALIVE = WORKLOADS[0]
PLOTTED = ("keep-alive", "close", "pipelined")


def plots(results: Results) -> dict[str, str]:
    drawn = {}
    for workload in results.workloads():
        if workload.name in PLOTTED:
            drawn[f"rate-{workload.name}.svg"] = _rate_plot(results, workload)
            drawn[f"cpu-{workload.name}.svg"] = _cpu_plot(results, workload)
    if KEEP_ALIVE in results.workloads():
        drawn["latency.svg"] = _latency_plot(results)
        drawn["memory.svg"] = _memory_plot(results)
    return drawn


def _title(workload: Workload) -> str:
    return workload.title.replace("`", "")


def _rate_plot(results: Results, workload: Workload) -> str:
    bars = [
        svg.Bar(results.title(peer), (one.median,), one.low, one.high, peer == OURS)
        for peer, one in results.summaries(workload, RATE).items()
    ]
    return svg.stacked(f"Requests a second, {_title(workload)}: more is better", (), bars, whole)


def _cpu_plot(results: Results, workload: Workload) -> str:
    bars = []
    for peer in results.summaries(workload, CPU):
        runs = results.of(workload, peer)
        user = Summary.of(run.user_per_request for run in runs).median * 1e6
        system = Summary.of(run.system_per_request for run in runs).median * 1e6
        bars.append(svg.Bar(results.title(peer), (user, system), strong=peer == OURS))
    title = f"Microseconds of CPU time per request, {_title(workload)}: less is better"
    return svg.stacked(title, ("user", "system"), bars, one_digit)


def _latency_plot(results: Results) -> str:
    bars = []
    for peer in results.summaries(KEEP_ALIVE, P99):
        runs = results.of(KEEP_ALIVE, peer)
        late = [Summary.of((getattr(run, key) or 0.0) * 1e3 for run in runs) for key in ("p50", "p99", "p999")]
        bars.append(svg.Bar(results.title(peer), tuple(one.median for one in late), strong=peer == OURS))
    return svg.dots("Milliseconds of latency, keep-alive: less is better", ("p50", "p99", "p99.9"), bars, "{:g}".format)


def _memory_plot(results: Results) -> str:
    bars = []
    for peer in results.summaries(KEEP_ALIVE, RATE):
        sizes = [results.resident(peer, f"resident_{when}") for when in ("idle", "loaded", "after")]
        parts = tuple(one.median / 1e6 for one in sizes if one is not None)
        bars.append(svg.Bar(results.title(peer), parts, strong=peer == OURS))
    bars.sort(key=lambda bar: bar.parts[1])
    return svg.dots("Megabytes resident: less is better", ("idle", "connected", "after"), bars, "{:g}".format)
