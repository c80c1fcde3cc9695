"""Proves that each fault of text is found with its file and line, and that good files pass."""

import contextlib
import io
import pathlib
import tempfile
import unittest

import check_text

# Written apart, so that the check does not find this file.
NOTE = "TO" + "DO"


class CheckText(unittest.TestCase):
    def faults_of(self, name: str, text: str) -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            output = io.StringIO()
            with contextlib.redirect_stdout(output), contextlib.redirect_stderr(io.StringIO()):
                status = check_text.run(pathlib.Path(folder))
            faults = output.getvalue().splitlines()
            self.assertEqual(status, 1 if faults else 0)
            return faults

    def function(self, lines: int) -> str:
        body = "".join(f"    call({number});\n" for number in range(lines - 2))
        return "int f(\n    int a\n) {\n" + body + "}\n"

    def test_passes_a_good_file(self):
        self.assertEqual(self.faults_of("src/a/a.hpp", "// A contract.\n#pragma once\n"), [])
        self.assertEqual(self.faults_of("src/a/a.cpp", self.function(70)), [])

    def test_finds_long_functions_at_their_line(self):
        faults = self.faults_of("src/a/a.cpp", "// One.\n" + self.function(71))
        self.assertEqual(faults, ["src/a/a.cpp:4: a function of 71 lines, 70 are the most"])

    def test_finds_long_constructors_and_methods_in_classes(self):
        body = "        call();\n" * 80
        method = "// One.\nclass A {\n    void f() const {\n" + body + "    }\n};\n"
        self.assertEqual(len(self.faults_of("src/a/a.hpp", method)), 1)
        constructor = "A::A(int b)\n    : b_(b),\n      c_(b) {\n" + body + "}\n"
        self.assertEqual(len(self.faults_of("src/a/a.cpp", constructor)), 1)

    def test_does_not_take_short_functions_for_a_long_one(self):
        functions = "int f() {\n    return g([&](int a) {\n        return a;\n    });\n}\n\n" * 40
        self.assertEqual(self.faults_of("src/a/a.cpp", functions), [])

    def test_lets_a_table_be_long(self):
        rows = "        {1, 2},\n" * 100
        self.assertEqual(self.faults_of("src/a/a.cpp", "T f() {\n    return {\n" + rows + "    };\n}\n"), [])

    def test_finds_long_files(self):
        self.assertEqual(len(self.faults_of("src/a/a.cpp", "int a;\n" * 601)), 1)
        self.assertEqual(self.faults_of("src/a/a.cpp", "int a;\n" * 600), [])

    def test_finds_leftover_notes_in_comments_only(self):
        self.assertEqual(
            self.faults_of("src/a/a.cpp", f"int a;\nint b; // {NOTE} later\n"),
            [f"src/a/a.cpp:2: a leftover note: {NOTE}"],
        )
        self.assertEqual(self.faults_of("src/a/a.cpp", f'auto a = "{NOTE}";\n'), [])

    def test_finds_headers_without_a_contract(self):
        self.assertEqual(len(self.faults_of("src/a/a.hpp", "#pragma once\n")), 1)

    def test_finds_places_of_one_machine(self):
        for place in ("/ho" + "me/somebody/x", "/wo" + "rk/x", "https://pypi." + "mirror.example/simple"):
            self.assertEqual(len(self.faults_of("script/a", f"x={place}\n")), 1, place)
        self.assertEqual(self.faults_of("script/a", "x=$root/wo" + "rk/ho" + "me/x\n"), [])

    def test_does_not_pass_where_there_is_nothing_to_check(self):
        self.assertEqual(len(self.faults_of("other/a.bin", "x")), 1)


if __name__ == "__main__":
    unittest.main()
