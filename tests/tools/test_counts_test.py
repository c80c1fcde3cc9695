import contextlib
import io
import pathlib
import tempfile
import unittest

import test_counts

REPORT = """<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="(empty)" tests="6" failures="1" disabled="1" skipped="2">
  <testcase name="A.Passes" status="run"/>
  <testcase name="A.PassesToo" status="run"/>
  <testcase name="A.Fails" status="fail"><failure message=""/></testcase>
  <testcase name="A.IsSkipped" status="notrun">
    <skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/></testcase>
  <testcase name="A.HasNoProgram" status="notrun"><skipped message="Unable to find executable"/></testcase>
  <testcase name="A.IsDisabled" status="disabled"/>
</testsuite>
"""


def run(*arguments):
    """The exit status and the last line."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        status = test_counts.main(list(arguments))
    return status, output.getvalue().splitlines()[-1]


class TestCountsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_counts_a_ctest_report(self):
        report = self.folder / "report.xml"
        report.write_text(REPORT)
        self.assertEqual(run("ctest", str(report)), (1, "2 passed, 2 failed, 2 skipped"))

    def test_runs_and_counts_python_tests(self):
        (self.folder / "counted_by_test_counts_test.py").write_text(
            "import unittest\n"
            "class T(unittest.TestCase):\n"
            "    def test_passes(self): pass\n"
            "    def test_fails(self): self.fail()\n"
            "    @unittest.skip('why')\n"
            "    def test_is_skipped(self): pass\n"
        )
        self.assertEqual(run("unittest", str(self.folder)), (1, "1 passed, 1 failed, 1 skipped"))

    def test_sums_lines(self):
        self.assertEqual(
            run("sum", "3 passed, 0 failed", "4 passed, 0 failed, 2 skipped"),
            (0, "7 passed, 0 failed, 2 skipped"),
        )

    def test_counts_a_runner_that_broke_off_as_a_failure(self):
        self.assertEqual(run("sum", "3 passed, 0 failed", "Killed"), (1, "3 passed, 1 failed"))
