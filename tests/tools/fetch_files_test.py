import contextlib
import hashlib
import io
import os
import pathlib
import tarfile
import tempfile
import unittest
from unittest import mock

import fetch_files

CONTENT = b"a model"
MEMBER = "package/model/face.onnx"
KEPT = "packs/default/face.onnx"


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def archive_with(content):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        member = tarfile.TarInfo(MEMBER)
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return stream.getvalue()


class FetchFilesTest(unittest.TestCase):
    """With an npm that copies an archive made here, and notes that it was asked."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        (self.root / "tools").mkdir()
        (self.root / "bin").mkdir()
        self.archive = archive_with(CONTENT)
        (self.root / "served.tgz").write_bytes(self.archive)
        self.write_npm(f'touch "{self.root}/asked"\nwhile [ "$1" != --pack-destination ]; do shift; done\n'
                       f'cp "{self.root}/served.tgz" "$2/face-1.0.0.tgz"\n')
        self.write_list()
        environment = mock.patch.dict(
            os.environ, {"PATH": f"{self.root / 'bin'}{os.pathsep}{os.environ['PATH']}"}
        )
        environment.start()
        self.addCleanup(environment.stop)

    def write_npm(self, body):
        npm = self.root / "bin" / "npm"
        npm.write_text(f"#!/bin/sh\n{body}")
        npm.chmod(0o755)

    def write_list(self, archive_sha256=None, file_sha256=None, member=MEMBER):
        (self.root / fetch_files.LIST).write_text(
            f"""
[[package]]
name = "face"
version = "1.0.0"
kind = "npm"
sha256 = "{archive_sha256 or sha256(self.archive)}"
[[package.file]]
path = "{member}"
sha256 = "{file_sha256 or sha256(CONTENT)}"
to = "{KEPT}"
"""
        )

    def run_main(self):
        """The exit status and what stood on standard error."""
        errors = io.StringIO()
        with mock.patch.object(fetch_files, "ROOT", self.root), \
                mock.patch("sys.argv", ["fetch_files.py"]), \
                contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(errors):
            status = fetch_files.main()
        return status, errors.getvalue()

    def assert_refused(self, words):
        status, errors = self.run_main()
        self.assertEqual(status, 3)
        self.assertEqual(errors.count("\n"), 1, errors)
        self.assertIn(words, errors)
        self.assertFalse((self.root / KEPT).exists())

    def test_fetches_a_missing_file(self):
        self.assertEqual(self.run_main(), (0, ""))
        self.assertEqual((self.root / KEPT).read_bytes(), CONTENT)

    def test_leaves_a_file_with_the_right_digest_alone(self):
        self.run_main()
        (self.root / "asked").unlink()
        self.assertEqual(self.run_main(), (0, ""))
        self.assertFalse((self.root / "asked").exists())

    def test_replaces_a_damaged_file(self):
        self.run_main()
        (self.root / KEPT).write_bytes(b"a mod")
        self.assertEqual(self.run_main(), (0, ""))
        self.assertEqual((self.root / KEPT).read_bytes(), CONTENT)

    def test_refuses_an_archive_with_another_digest(self):
        (self.root / "served.tgz").write_bytes(archive_with(b"another model"))
        self.assert_refused("face 1.0.0: the archive does not have the SHA-256")

    def test_refuses_a_file_with_another_digest(self):
        self.write_list(file_sha256=sha256(b"another model"))
        self.assert_refused(f"face 1.0.0: {MEMBER} does not have the SHA-256")

    def test_says_when_the_archive_lacks_the_file(self):
        self.write_list(member="package/model/gone.onnx")
        self.assert_refused("holds no package/model/gone.onnx")

    def test_says_when_the_package_cannot_be_fetched(self):
        self.write_npm("exit 1\n")
        self.assert_refused("cannot fetch face 1.0.0 with npm: check the network")

    def test_says_when_the_list_cannot_be_read(self):
        (self.root / fetch_files.LIST).write_text("[[package]")
        self.assert_refused("restore it")
