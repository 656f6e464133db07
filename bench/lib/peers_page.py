"""docs/benchmarks/README.md, from the CSV files alone: whoever has them gets the same bytes again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from lib.peer_records import Run
from lib.peer_results import CPU, RATE, Column, Results
from lib.peers import BY_NAME, OURS, Workload
from lib.peers_plots import KEEP_ALIVE, PLOTTED, plots
from lib.ranks import rank_text
from lib.report import CONFIDENCE, Summary, megabytes, microseconds, milliseconds, ratio, whole

PAGE = "README.md"
LARGE = 65536

HEAD = """# Beside the field's servers

<!-- Written by `./dev bench peers` from the CSV files in this folder; with `--from-csv` it is written again. -->

Every server here does the same work on the same machine in the same run: a route, one function before the handler and
one after it where the server has such a thing, the same body. The programs are in `bench/peers`, with locked versions.
How to measure, and how to read figures of this kind, is on [the page of the benchmarks](../benchmarks.md).
"""

METHOD = f"""## How it was measured

- Each server has one worker thread and the first core to itself; wrk has the second core. Java runs as it comes, with
  all of its threads on that one core.
- The servers take turns within each round, every second round in reverse order, so that a machine that drifts does so
  for all of them. A figure is the median of the rounds; the range behind it holds the true median with a
  confidence of {CONFIDENCE:.0%} or more, whatever the distribution (of five rounds from the lowest to the highest, of
  eleven from the third to the ninth).
- **A rank is claimed only where the ranges do not overlap.** “2–4” means that the run does not tell these places apart.
  With too few rounds there is no rank at all. Servers of the kind *raw* answer a constant without looking at the path;
  they show what the machine can do and have no rank.
- Each answer is checked before it is timed: status, body, length, and the end of the connection where it was asked for.
- CPU time per request is exact in total; the kernel splits it into user and system by sampling. *Load* is how busy
  wrk's core was: near 100 % the rate is what wrk could do and no longer what the server can, so the CPU time decides.
  *Bytes* are those of a response with its head: servers differ in the header fields that they insist on.
- A server is warmed up after its start and before the first run, Java for longer; its memory when idle is read before
  that, after one answer.
- Latency is that of a closed loop, as wrk measures it. With pipelining wrk does not measure it.
"""

ABOVE_FLOOR = """## Above the floor

What ours costs is told best beside a program that only makes the system calls: its CPU time per request by that of
*floor*. *Within rounds* each ratio is that of two runs of the tables above, which are minutes apart on a machine whose
pace changes. *In turns* both servers run, and `bench/load_client` asks one and then the other for a few hundredths of a
second, so that both meet the same pace: the finer ruler. The columns hold the medians of all ratios and their ranges.
"""

FLAWS = """## The article's own figures

The figures that started this project are on two pages of Hyperlane's documentation, 开启 keep-alive and 关闭 Keep Alive,
to which its README leads (<https://docs.ltpp.vip/hyperlane/speed>). They were made with the programs in
<https://github.com/eastspire/web-server-pressure-measurement>. They come from another machine, so only the ratios can
be set side by side. What is wrong with the method:

- wrk ran with its default of two threads beside servers with several, on the same machine, without pinning: client and
  server took each other's time, and near the top the figure may be that of wrk.
- The bodies were unequal: some servers sent `Hello`, others `Hello, World!`, under heads of different lengths. The
  response bytes below are the bytes that wrk read by the requests that it counted.
- The work was unequal: the programs for Tokio and Rust's standard library parse nothing, and the one for Hyperlane, as
  the repository holds it now, answers in a loop inside its handler, so that neither its router nor any middleware runs
  after the first request of a connection. Here *its own loop* does that, beside the ones that route each request.
- One run each, so nothing says how far two figures must be apart to differ. Connections that Node's standard library
  refused in the run with `Connection: close` are in wrk's report, but not in the table.
"""


def write(results: Results, folder: Path) -> None:
    for name, text in plots(results).items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / PAGE).write_text(page(results), encoding="utf-8")


def page(results: Results) -> str:
    parts = [HEAD, _conditions(results), METHOD]
    parts += [_workload(results, workload) for workload in results.workloads()]
    parts += [_floor(results), _weight(results), _better(results), _article(results), _missing(results), _versions(results)]
    return "\n".join(part for part in parts if part)


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], texts: int = 1) -> str:
    """texts  so many columns at the left are text, the others numbers"""
    rule = [":---" if column < texts else "---:" for column in range(len(headings))]
    return "\n".join("| " + " | ".join(line) + " |" for line in [headings, rule, *rows]) + "\n"


def _conditions(results: Results) -> str:
    names = ["date", "cpu", "cores", "kernel", "system", "compiler", "load generator", "connections", "seconds a run"]
    rows = [[name, value] for name in names if (value := results.fact("", name))]
    rows += [["rounds", str(rounds)]] if (rounds := results.all_rounds()) else []
    rows += [["command", value]] if (value := results.fact("", "command")) else []
    return "## Conditions\n\n" + table(["", ""], rows, texts=2)


def _name(results: Results, peer: str) -> str:
    return f"**{results.title(peer)}**" if peer == OURS else results.title(peer)


def _spread(one: Summary, scale: float, form: str) -> str:
    median = form.format(one.median * scale)
    if one.low == one.high:
        return median
    return f"{median} ({form.format(one.low * scale)}–{form.format(one.high * scale)})"


def _workload(results: Results, workload: Workload) -> str:
    rates = results.summaries(workload, RATE)
    latency = any(run.p50 is not None for run in results.runs if run.workload == workload.name)
    headings = ["server", "kind", "rank", "requests/s", "rank", "CPU µs/request", "user", "system"]
    headings += ["p50 ms", "p99 ms", "p99.9 ms"] if latency else []
    rows = [_measured(results, workload, peer, latency) for peer in rates]
    text = f"## {workload.title[0].upper()}{workload.title[1:]}\n\n"
    text += table([*headings, "load %", "bytes", "errors"], rows, 2)
    if workload.name in PLOTTED:
        text += f"\n![Requests a second](rate-{workload.name}.svg)\n\n![CPU time](cpu-{workload.name}.svg)\n"
    return text + ("\n![Latency](latency.svg)\n" if workload is KEEP_ALIVE and latency else "")


def _measured(results: Results, workload: Workload, peer: str, latency: bool) -> list[str]:
    """The row of one server."""
    runs = results.of(workload, peer)

    def median(of: Callable[[Run], float]) -> float:
        return Summary.of(map(of, runs)).median

    row = [_name(results, peer), results.fact(peer, "kind")]
    row += [_rank(results, workload, peer, RATE), _spread(results.summaries(workload, RATE)[peer], 1, "{:,.0f}")]
    row += [_rank(results, workload, peer, CPU), _spread(results.summaries(workload, CPU)[peer], 1e6, "{:.2f}")]
    row += [microseconds(median(lambda run: run.user_per_request))]
    row += [microseconds(median(lambda run: run.system_per_request))]
    if latency:
        row += [milliseconds(median(lambda run: run.p50 or 0.0)), milliseconds(median(lambda run: run.p99 or 0.0))]
        row += [milliseconds(median(lambda run: run.p999 or 0.0))]
    # With large bodies the parts of unfinished responses weigh too much to say anything of whole ones.
    large = len(workload.answer or b"") > LARGE
    size = "" if large else whole(median(lambda run: run.bytes / run.requests))
    row += [whole(median(lambda run: run.load_busy * 100)), size]
    return [*row, whole(sum(run.errors for run in runs))]


def _rank(results: Results, workload: Workload, peer: str, column: Column) -> str:
    places = results.ranks(workload, column).get(peer)
    return rank_text(places, results.rounds(workload)) if places else ""


def _floor(results: Results) -> str:
    rows = []
    for workload in results.workloads():
        both = [results.cpu_by_floor(workload), results.cpu_by_floor_in_turns(workload)]
        if any(both):
            rows.append([workload.title, *(_spread(Summary.of_median(one), 1, "{:.3f}") if one else "" for one in both)])
    return ABOVE_FLOOR + "\n" + table(["workload", "within rounds", "in turns"], rows) if rows else ""


def _weight(results: Results) -> str:
    rows = []
    for peer in results.peers():
        resident = [results.resident(peer, f"resident_{when}") for when in ("idle", "loaded", "after")]
        start = results.start(peer)
        if start is None:
            continue
        row = [_name(results, peer), results.fact(peer, "language"), _spread(start, 1e3, "{:.2f}")]
        row += ["" if one is None else megabytes(one.median) for one in resident]
        size = megabytes(float(results.fact(peer, "size_bytes", "0")))
        rows.append([*row, size, results.fact(peer, "dependencies")])
    if not rows:
        return ""
    headings = ["server", "language", "first answer ms", "idle MB", "connected MB", "after MB", "size MB"]
    text = "## Start, memory and size\n\n" + table([*headings, "dependencies"], rows, 2)
    text += "\n![Memory](memory.svg)\n" if results.workloads() and KEEP_ALIVE in results.workloads() else ""
    return text + (
        "\nTime runs from just before the process is made to the last byte of the first answer; servers take turns, and each"
        f"\nis started {_starts(results)} times. Memory is the resident set of all processes: idle"
        "\nafter one answer, in the middle of the keep-alive run with all connections open, and after it. Size is that"
        "\nof the program, or of the deployed folder or archives without the runtime they need (Node, Java)."
        "\nDependencies are crates, Go modules, npm packages, jars, or libraries beyond those of C and C++.\n"
    )


def _starts(results: Results) -> str:
    counts = {len(results.starts(peer)) for peer in results.peers()} - {0}
    return "–".join(str(count) for count in sorted({min(counts), max(counts)}))


def _better(results: Results) -> str:
    rows = []
    for compared in results.comparisons():
        ahead = results.ahead_of_ours(compared)
        if not ahead:
            continue
        ours = compared.summaries[OURS].median
        shares = [f"{results.title(peer)} ({ratio(one.median / ours)})" for peer, one in ahead.items() if ours]
        known = [row for row in results.reasons if row["key"] == compared.key and row["peer"] in (*ahead, "*")]
        why = " ".join(dict.fromkeys(row["reason"] for row in known))
        rows.append([compared.what, compared.column, ", ".join(shares), why])
    if not rows:
        return ""
    text = "## Where others are ahead of ours\n\nBeyond the spreads, raw servers aside; behind each its figure by ours."
    return text + "\n\n" + table(["what", "column", "servers", "why"], rows, 4)


def _article(results: Results) -> str:
    by_article = {fact.value: fact.subject for fact in results.all_facts("article")}
    rows = []
    for row in results.article:
        peer = by_article.get(row["server"], "")
        workload = BY_NAME[row["workload"]]
        measured = results.summaries(workload, RATE)
        base = next((one["rate"] for one in results.article if one["workload"] == row["workload"]), "1")
        first = by_article.get(results.article[0]["server"], "")
        here = measured.get(peer)
        share = here.median / measured[first].median if here and first in measured else None
        rows.append([row["server"], workload.title, f"{float(row['rate']):,.2f}"])
        rows[-1] += [ratio(float(row["rate"]) / float(base)), row["response_bytes"], row["body_bytes"]]
        rows[-1] += [whole(here.median) if here else "", ratio(share) if share else ""]
    headings = ["server", "workload", "article", "to its first", "response bytes", "body bytes", "here"]
    return FLAWS + "\n" + table([*headings, "to Tokio here"], rows, 2) if rows else ""


def _missing(results: Results) -> str:
    why: dict[tuple[str, str], list[str]] = {}
    for fact in results.facts:
        kind, _, name = fact.key.partition(":")
        if kind in ("without", "failed") and name in BY_NAME:
            why.setdefault((fact.subject, fact.value), []).append(BY_NAME[name].title)
    rows = [[results.title(fact.subject), "everything", fact.value] for fact in results.all_facts("reason")]
    rows += [[results.title(peer), ", ".join(titles), reason] for (peer, reason), titles in why.items()]
    return "## Not measured\n\n" + table(["server", "what", "reason"], rows, 3) if rows else ""


def _versions(results: Results) -> str:
    rows = []
    for peer in results.peers():
        facts = [results.fact(peer, key) for key in ("language", "kind", "version", "note")]
        rows.append([_name(results, peer), f"`bench/peers/{peer}`", *facts])
    return "## Versions\n\n" + table(["server", "program", "language", "kind", "version", "note"], rows, 6)
