"""Counts tests as one line: "N passed, N failed", with ", N skipped" when there are any.

    test_counts.py ctest REPORT.xml     of a report that ctest --output-junit wrote
    test_counts.py unittest FOLDER      runs the Python tests in a folder, then counts them
    test_counts.py sum LINE...          of several such lines

Exit status 1 when any failed.
"""

import pathlib
import re
import sys
import unittest
import xml.etree.ElementTree

LINE = re.compile(r"(\d+) passed, (\d+) failed(?:, (\d+) skipped)?")


class Counts:
    def __init__(self, passed=0, failed=0, skipped=0):
        self.passed = passed
        self.failed = failed
        self.skipped = skipped

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped

    def __str__(self):
        line = f"{self.passed} passed, {self.failed} failed"
        return f"{line}, {self.skipped} skipped" if self.skipped else line


def of_ctest(report):
    counts = Counts()
    for case in xml.etree.ElementTree.parse(report).getroot().iter("testcase"):
        status = case.get("status")
        skipped = case.find("skipped")
        if status == "run":
            counts.passed += 1
        elif status == "disabled" or (
            # A test that could not be started has the status "notrun", too: that is a failure.
            status == "notrun" and skipped is not None
            and skipped.get("message", "").startswith("SKIP_")
        ):
            counts.skipped += 1
        else:
            counts.failed += 1
    return counts


def of_unittest(folder):
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
    suite = unittest.TestLoader().discover(folder, pattern="*test*.py")
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    skipped = len(result.skipped)
    # An error outside a test, in a module that cannot be read for example, is not among testsRun.
    return Counts(max(0, result.testsRun - failed - skipped), failed, skipped)


def of_lines(lines):
    """The sum; a line that holds no counts is of a runner that broke off, and counts as a failure."""
    counts = Counts()
    for line in lines:
        match = LINE.fullmatch(line.strip())
        counts.add(Counts(*(int(number or 0) for number in match.groups())) if match else Counts(0, 1))
    return counts


def main(arguments):
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    if arguments[0] == "ctest":
        counts = of_ctest(arguments[1])
    elif arguments[0] == "unittest":
        counts = of_unittest(arguments[1])
    else:
        counts = of_lines(arguments[1:])
    print(counts, flush=True)
    return 1 if counts.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
