"""Checks every #include of src/ and apps/ against tools/layers.toml.

    check_layers.py [ROOT]

A module includes only what the table allows; internal/ headers stay in their module, testing/ headers
in tests; headers outside those folders include no third-party header. Prints file:line for each fault; exit status 1 when any.
"""

import pathlib
import re
import sys
import tomllib

INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)')
# The C++20 standard library and its C headers.
STANDARD = frozenset(
    """algorithm any array atomic barrier bit bitset cassert cctype cerrno cfenv cfloat charconv chrono
    cinttypes climits clocale cmath compare complex concepts condition_variable coroutine csetjmp
    csignal cstdarg cstddef cstdint cstdio cstdlib cstring ctime cuchar cwchar cwctype deque exception
    execution filesystem format forward_list fstream functional future initializer_list iomanip ios
    iosfwd iostream istream iterator latch limits list locale map memory memory_resource mutex new
    numbers numeric optional ostream queue random ranges ratio regex scoped_allocator semaphore set
    shared_mutex source_location span sstream stack stdexcept stop_token streambuf string string_view
    syncstream system_error thread tuple type_traits typeindex typeinfo unordered_map unordered_set
    utility valarray variant vector version""".split()
)


def is_test(path: pathlib.Path) -> bool:
    """Tests, fuzzers and what only they include."""
    return "testing" in path.parts or re.search(r"(_test|_fuzz|_bench)\.cpp$|(^|_)test_\w+\.hpp$", path.name) is not None


def covers(rule: str, header: str) -> bool:
    """A rule is a folder or one header of it."""
    return header == rule or ("/" not in rule and header.startswith(rule + "/"))


class Checker:
    def __init__(self, root: pathlib.Path):
        self.root = root
        self.table = tomllib.loads((root / "tools" / "layers.toml").read_text(encoding="utf-8"))
        self.modules = self.table["modules"]
        self.faults: list[str] = []

    def check_table(self) -> None:
        """Only a folder above may be named, so the table itself can have no circle."""
        order = list(self.modules)
        for module, rules in self.modules.items():
            for rule in rules:
                folder = rule.split("/")[0]
                if folder not in order or order.index(folder) >= order.index(module):
                    self.faults.append(f"tools/layers.toml: {module} names {rule}, which is not above it")

    def allowed(self, module: str, path: pathlib.Path) -> list[str]:
        rules = [module, *self.table["everybody"], *self.modules[module]]
        rules += self.table["ports"].get(module, [])
        if is_test(path):
            rules += self.table["tests"].get(module, [])
        # The three that everybody may include are layers among themselves.
        everybody = self.table["everybody"]
        if module in everybody:
            above = everybody[: everybody.index(module)]
            rules = [rule for rule in rules if rule not in everybody or rule in above or rule == module]
        return rules

    def check_own(self, module: str, path: pathlib.Path, header: str, place: str) -> None:
        """An include in quotes: one of ours."""
        folder = header.split("/")[0]
        if folder not in self.modules:
            self.faults.append(f'{place}: "{header}" is in no module; include from src/ by full path')
        elif "/internal/" in header and folder != module:
            self.faults.append(f'{place}: "{header}" is internal to {folder}')
        elif "/testing/" in header and not is_test(path):
            self.faults.append(f'{place}: "{header}" is for tests')
        elif module in self.modules:
            if not any(covers(rule, header) for rule in self.allowed(module, path)):
                self.faults.append(f'{place}: {module} may not include "{header}"')

    def check_foreign(self, path: pathlib.Path, header: str, place: str) -> None:
        """An include in angle brackets: allowed anywhere but in a public header."""
        public = path.suffix == ".hpp" and "internal" not in path.parts and not is_test(path)
        listed = header in STANDARD or header in self.table["public_headers_may_include"]
        if public and not listed:
            self.faults.append(f"{place}: a public header may not include <{header}>")

    def check_file(self, path: pathlib.Path) -> int:
        parts = path.relative_to(self.root).parts
        module = parts[1] if parts[0] == "src" else parts[0]
        if module not in self.modules and module not in self.table["free"]:
            self.faults.append(f"{path.relative_to(self.root)}: folder {module} is not in the table")
            return 0
        includes = 0
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            found = INCLUDE.match(line)
            if not found:
                continue
            includes += 1
            place = f"{path.relative_to(self.root)}:{number}"
            own, foreign = found.groups()
            if own is None:
                if module in self.modules:
                    self.check_foreign(path, foreign, place)
            elif module in self.modules or (self.root / "src" / own).exists():
                self.check_own(module, path, own, place)
        return includes

    def run(self) -> int:
        self.check_table()
        files = sorted(
            path
            for folder in ("src", "apps")
            for path in (self.root / folder).rglob("*")
            if path.suffix in (".hpp", ".cpp")
        )
        includes = sum(self.check_file(path) for path in files)
        if includes == 0:
            self.faults.append("no include was found: wrong folder?")
        for fault in self.faults:
            print(fault)
        print(f"{len(files)} files, {includes} includes, {len(self.faults)} faults", file=sys.stderr)
        return 1 if self.faults else 0


if __name__ == "__main__":
    default = pathlib.Path(__file__).resolve().parent.parent
    sys.exit(Checker(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default).run())
