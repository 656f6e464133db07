"""Measuring code shared by the benchmarks: servers, load, counters, statistics. Python's standard library only."""
