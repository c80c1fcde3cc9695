"""Checks what the compiler does not: the length of files and functions, leftover notes, paths of one
machine, and that every header opens with its contract.

    check_text.py [ROOT]

Prints file:line for each fault; exit status 1 when any.
"""

import pathlib
import re
import sys

FOLDERS = ("src", "apps", "tests", "bench", "fuzz", "tools", "script", "schema", "web/src", "docs", ".ci")
CODE = (".hpp", ".cpp", ".ts", ".svelte", ".py")
TEXT = CODE + (".sql", ".md", ".toml", ".txt", ".cmake", ".in", ".sh", ".yaml", ".yml", "")
SKIPPED = ("node_modules", "dist", "__pycache__", "corpora", "fixtures")
FILE_LINES_MAX = 600
FUNCTION_LINES_MAX = 70

# Written apart, so that this file does not find itself.
NOTES = re.compile(r"(?://|/\*|#|--|<!--).*\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK")) + r")\b")
# A home folder or a checkout of one machine; a mirror of a package registry.
PLACES = re.compile(r"(?<![\w.$}/])/(?:home|root|work|Users)/\w|https?://[^/\s]*(?:artifactory|nexus|mirror|proxy)\b")


def own_files(root: pathlib.Path) -> list[pathlib.Path]:
    found = [path for path in root.iterdir() if path.is_file() and path.suffix in TEXT]
    for folder in FOLDERS:
        found += [path for path in (root / folder).rglob("*") if path.is_file()]
    return sorted(
        path
        for path in found
        if path.suffix in TEXT and not any(part in SKIPPED for part in path.relative_to(root).parts)
    )


# Lines that open something else than a function's body.
NO_FUNCTION = re.compile(r"(?:\}|if|for|while|switch|do|catch|else|namespace|class|struct|union|enum|extern|case)\b|\} ")


def long_functions(lines: list[str]) -> list[tuple[int, int]]:
    """First line and length of function bodies that are too long. The format puts the brace that
    closes a body no deeper than the line that opens it, and everything inside deeper."""
    faults = []
    for start, line in enumerate(lines):
        text = line.strip()
        if not text.endswith("{") or ")" not in text or NO_FUNCTION.match(text):
            continue
        if lines[start + 1 : start + 2] and lines[start + 1].strip() == "return {":
            continue  # a table, however long
        indent = len(line) - len(line.lstrip(" "))
        for end in range(start + 1, len(lines)):
            closing = lines[end].lstrip(" ")
            if closing.startswith("}") and len(lines[end]) - len(closing) <= indent:
                if end - start + 1 > FUNCTION_LINES_MAX:
                    faults.append((start + 1, end - start + 1))
                break
    return faults


def check_file(path: pathlib.Path, name: str) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return [f"{name}: is not UTF-8"]
    lines = text.splitlines()
    faults = []
    if path.suffix in CODE and len(lines) > FILE_LINES_MAX:
        faults.append(f"{name}: has {len(lines)} lines, {FILE_LINES_MAX} are the most")
    if path.suffix == ".hpp" and not text.startswith("// "):
        faults.append(f"{name}:1: a header opens with its contract as a comment")
    for number, line in enumerate(lines, start=1):
        if path.suffix != ".md" and NOTES.search(line):
            faults.append(f"{name}:{number}: a leftover note: {NOTES.search(line).group(1)}")
        if PLACES.search(line):
            faults.append(f"{name}:{number}: names a place of one machine: {PLACES.search(line).group(0)}")
    if path.suffix in (".hpp", ".cpp"):
        for number, length in long_functions(lines):
            faults.append(
                f"{name}:{number}: a function of {length} lines, {FUNCTION_LINES_MAX} are the most"
            )
    return faults


def run(root: pathlib.Path) -> int:
    files = own_files(root)
    faults = [fault for path in files for fault in check_file(path, str(path.relative_to(root)))]
    if not files:
        faults.append("no file was found: wrong folder?")
    for fault in faults:
        print(fault)
    print(f"{len(files)} files, {len(faults)} faults", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    default = pathlib.Path(__file__).resolve().parent.parent
    sys.exit(run(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default))
