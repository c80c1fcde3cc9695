"""Proves that each kind of forbidden include is found with its file and line, and nothing else."""

import contextlib
import io
import pathlib
import tempfile
import unittest

import check_layers

TABLE = """
everybody = ["base"]
free = ["apps"]
public_headers_may_include = ["tl/expected.hpp"]
[modules]
base = []
imaging = []
gallery = ["imaging/image.hpp"]
storage = []
[ports]
storage = ["gallery/store.hpp"]
[tests]
gallery = ["storage"]
"""


class CheckLayers(unittest.TestCase):
    def faults_of(self, files: dict[str, str], table: str = TABLE) -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "tools").mkdir()
            (root / "tools" / "layers.toml").write_text(table)
            for name, text in files.items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            checker = check_layers.Checker(root)
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                status = checker.run()
            self.assertEqual(status, 1 if checker.faults else 0)
            return checker.faults

    def only_fault(self, name: str, include: str) -> str:
        faults = self.faults_of({name: f"// A file.\n#include {include}\n"})
        self.assertEqual(len(faults), 1, faults)
        self.assertTrue(faults[0].startswith(f"{name}:2: "), faults)
        return faults[0]

    def test_allows_what_the_table_allows(self):
        allowed = {
            "src/base/a.hpp": "#include <vector>\n#include <tl/expected.hpp>\n",
            "src/gallery/a.hpp": '#include "base/a.hpp"\n#include "imaging/image.hpp"\n',
            "src/gallery/a.cpp": '#include "gallery/internal/b.hpp"\n#include <opencv2/core.hpp>\n',
            "src/gallery/internal/b.hpp": "#include <opencv2/core.hpp>\n",
            "src/gallery/a_test.cpp": '#include "storage/sqlite.hpp"\n',
            "src/storage/a.cpp": '#include "gallery/store.hpp"\n',
            "apps/x/a.cpp": '#include "storage/a.hpp"\n#include "a.hpp"\n',
        }
        self.assertEqual(self.faults_of(allowed), [])

    def test_finds_a_module_that_looks_outwards(self):
        self.assertIn("may not include", self.only_fault("src/imaging/a.cpp", '"gallery/a.hpp"'))
        self.assertIn("may not include", self.only_fault("src/base/a.cpp", '"imaging/a.hpp"'))

    def test_finds_another_header_of_a_folder_of_which_one_is_allowed(self):
        self.only_fault("src/gallery/a.cpp", '"imaging/codec.hpp"')
        self.only_fault("src/storage/a.cpp", '"gallery/snapshot.hpp"')

    def test_finds_internal_headers_of_others_even_from_the_free(self):
        fault = '"gallery/internal/b.hpp" is internal to gallery'
        self.assertIn(fault, self.only_fault("src/storage/a.cpp", '"gallery/internal/b.hpp"'))
        files = {
            "src/gallery/internal/b.hpp": "#include <vector>\n",
            "apps/x/a.cpp": '#include "gallery/internal/b.hpp"\n',
        }
        self.assertEqual(self.faults_of(files), ["apps/x/a.cpp:1: " + fault])

    def test_finds_testing_headers_outside_tests(self):
        self.assertIn("is for tests", self.only_fault("src/gallery/a.cpp", '"gallery/testing/t.hpp"'))

    def test_finds_third_party_headers_in_public_headers(self):
        self.assertIn("public header", self.only_fault("src/gallery/a.hpp", "<opencv2/core.hpp>"))
        self.only_fault("src/gallery/a.hpp", "<sqlite3.h>")

    def test_finds_includes_that_do_not_start_at_a_module(self):
        self.only_fault("src/gallery/a.cpp", '"a.hpp"')

    def test_finds_folders_that_are_not_in_the_table(self):
        faults = self.faults_of({"src/utils/a.cpp": "#include <vector>\n", "src/base/a.cpp": "#include <vector>\n"})
        self.assertEqual(faults, ["src/utils/a.cpp: folder utils is not in the table"])

    def test_finds_a_table_with_a_circle(self):
        circle = TABLE.replace("imaging = []", 'imaging = ["gallery"]')
        faults = self.faults_of({"src/base/a.cpp": "#include <vector>\n"}, circle)
        self.assertEqual(len(faults), 1)
        self.assertIn("not above it", faults[0])

    def test_does_not_pass_where_there_is_nothing_to_check(self):
        self.assertEqual(len(self.faults_of({})), 1)


if __name__ == "__main__":
    unittest.main()
