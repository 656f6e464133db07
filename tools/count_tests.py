#!/usr/bin/env python3
"""Counts single tests after a run of ctest: count_tests.py JUNIT_FILE RESULTS_FOLDER

A test executable is one entry for ctest, but holds many tests; GoogleTest writes them to RESULTS_FOLDER/<entry>.json.
An entry without such a file (a script, or an executable that crashed) counts as one.

Prints "PASSED FAILED", then one line for each failure.
"""

import json
import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def failures_in(results):
    """Yields (name, failed) for every test that ran."""
    for suite in results["testsuites"]:
        for test in suite["testsuite"]:
            if test["status"] == "RUN" and test["result"] != "SKIPPED":
                yield f'{suite["name"]}.{test["name"]}', "failures" in test


def count_entry(case, folder):
    """Returns (passed, list of failures) for one ctest entry."""
    name = case.get("name")
    entry_failed = case.get("status") == "fail"
    passed, failures = 0, []
    file = folder / f"{name}.json"
    if file.exists():
        try:
            for test, failed in failures_in(json.loads(file.read_text())):
                if failed:
                    failures.append(f"{name}: {test}")
                else:
                    passed += 1
            # Every test passed, yet the process failed: a leak found at exit, for example.
            if entry_failed and not failures:
                failures.append(name)
            return passed, failures
        except (ValueError, KeyError):
            passed, failures = 0, []
    return (0, [name]) if entry_failed else (1, [])


def main():
    junit, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    if not junit.exists():
        print("0 1\nctest wrote no report")
        return
    passed, failures = 0, []
    for case in ElementTree.parse(junit).getroot().iter("testcase"):
        if case.get("status") in ("disabled", "notrun"):
            failures.append(f'{case.get("name")}: not run')
            continue
        entry_passed, entry_failures = count_entry(case, folder)
        passed += entry_passed
        failures += entry_failures
    print(passed, len(failures))
    for failure in failures:
        print(failure)


if __name__ == "__main__":
    main()
