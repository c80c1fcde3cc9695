"""The program as people and scripts use it: exit statuses, one clear line for each failure, JSON
whose fields stay, a second start, broken packs, disks that are full or cannot be written."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import unittest

HOME = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = HOME / "build/release/bin/sallyport"
PACK = HOME / "packs/default"
PORTRAITS = HOME / "build/portraits"

CONFIG = """
data = "data"
key_file = "key"
[[checkpoint]]
name = "gate-b12"
profile = "{profile}"
"""


def run(*arguments, **options):
    return subprocess.run(
        [str(PROGRAM), *map(str, arguments)], capture_output=True, text=True, timeout=120, **options
    )


class ProgramTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sallyport-program-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def config(self, text=CONFIG):
        path = self.folder / "sallyport.toml"
        path.write_text(text.format(profile=HOME / "schema/profiles/air-exit.toml"))
        return path

    def assert_one_clear_line(self, done, *words):
        self.assertEqual(done.returncode, 3, done.stderr)
        lines = [line for line in done.stderr.splitlines() if line.startswith("sallyport: ")]
        self.assertEqual(len(lines), 1, done.stderr)
        for word in words:
            self.assertIn(word, lines[0])


class Usage(ProgramTest):
    def test_help_and_version_are_done(self):
        self.assertEqual(run("--help").returncode, 0)
        self.assertEqual(run("version").returncode, 0)
        self.assertIn("version", json.loads(run("version", "--json").stdout))

    def test_every_command_has_help(self):
        for command in (
            ["serve"], ["demo"], ["manifest", "lint"], ["identify"], ["pack", "inspect"], ["version"]
        ):
            self.assertEqual(run(*command, "--help").returncode, 0, command)

    def test_wrong_use_is_two(self):
        for arguments in ([], ["nothing"], ["serve"], ["manifest", "lint"], ["identify", "x.jpg"]):
            self.assertEqual(run(*arguments).returncode, 2, arguments)


class ManifestLint(ProgramTest):
    def test_a_clean_list_is_zero_and_names_every_traveler(self):
        done = run("manifest", "lint", HOME / "demo/flight.edi", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        message = json.loads(done.stdout)["files"][0]["messages"][0]
        self.assertEqual(message["kind"], "passenger_list")
        self.assertEqual(message["flight"], "XX100")
        self.assertEqual(message["passengers"], 20)
        self.assertEqual(len(message["travelers"]), 20)
        self.assertEqual(
            set(message["travelers"][0]),
            {"family_name", "given_names", "birth_date", "sex", "nationality", "documents",
             "reference", "seat"},
        )
        self.assertEqual(message["faults"], [])

    def test_a_fault_is_one_and_has_its_place(self):
        text = (HOME / "demo/flight.edi").read_text().replace("CNT+42:20", "CNT+42:19")
        bad = self.folder / "bad.edi"
        bad.write_text(text)
        done = run("manifest", "lint", bad, "--json")
        self.assertEqual(done.returncode, 1)
        fault = json.loads(done.stdout)["files"][0]["messages"][0]["faults"][0]
        self.assertEqual(fault["severity"], "error")
        self.assertTrue(text[fault["offset"]:].lstrip().startswith("CNT"))
        self.assertGreater(fault["segment"], 100)
        self.assertIn(str(fault["segment"]), run("manifest", "lint", bad).stdout)

    def test_a_file_that_is_not_there_is_wrong_use(self):
        self.assertEqual(run("manifest", "lint", self.folder / "none.edi").returncode, 2)


@unittest.skipUnless((PACK / "sface.onnx").is_file(), "the default pack is missing; run script/setup")
class Pack(ProgramTest):
    def copy_of_pack(self):
        copy = self.folder / "pack"
        shutil.copytree(PACK, copy)
        return copy

    def test_the_default_pack_is_good_and_calibrated(self):
        done = run("pack", "inspect", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        pack = json.loads(done.stdout)
        self.assertEqual({f["role"] for f in pack["files"]} >= {"detector", "landmarks", "recogniser"}, True)
        self.assertGreater(len(pack["calibration"]["points"]), 10)

    def test_a_changed_model_is_refused_by_its_digest(self):
        copy = self.copy_of_pack()
        with (copy / "onet.tflite").open("r+b") as model:
            model.seek(1000)
            byte = model.read(1)
            model.seek(1000)
            model.write(bytes([byte[0] ^ 1]))
        self.assert_one_clear_line(run("pack", "inspect", copy), "onet.tflite")

    def test_a_missing_model_says_how_to_get_it(self):
        copy = self.copy_of_pack()
        (copy / "detector.onnx").unlink()
        self.assert_one_clear_line(run("pack", "inspect", copy), "detector.onnx", "script/setup")

    def test_serve_stops_on_a_wrong_digest(self):
        copy = self.copy_of_pack()
        with (copy / "sface.onnx").open("ab") as model:
            model.write(b"x")
        config = self.config(f'pack = "{copy}"\n' + CONFIG)
        self.assert_one_clear_line(run("serve", "--config", config), "sface.onnx")


@unittest.skipUnless((PACK / "sface.onnx").is_file(), "the default pack is missing; run script/setup")
class Serve(ProgramTest):
    def start(self, config):
        process = subprocess.Popen(
            [str(PROGRAM), "serve", "--config", str(config), "--json"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process, json.loads(process.stdout.readline())

    def test_a_second_start_says_that_one_is_running(self):
        config = self.config()
        process, ready = self.start(config)
        self.assertTrue(ready["url"].startswith("http://127.0.0.1:"))
        self.assert_one_clear_line(run("serve", "--config", config), "data")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(timeout=20), 0)
        # The lock went with the process.
        self.start(config)

    def test_a_killed_server_leaves_no_lock(self):
        config = self.config()
        process, _ = self.start(config)
        process.kill()
        process.wait()
        self.start(config)

    def test_every_fault_of_a_configuration_is_named(self):
        config = self.config('colour = "red"\n[server]\nport = 70000\n')
        self.assert_one_clear_line(
            run("serve", "--config", config), "data", "colour", "port", "checkpoint"
        )

    def test_a_port_beyond_the_loopback_is_refused(self):
        config = self.config(CONFIG + '[server]\naddress = "0.0.0.0"\n')
        self.assert_one_clear_line(run("serve", "--config", config), "127.0.0.1")

    def test_a_folder_that_cannot_be_written_is_named(self):
        # Nobody can make folders here, root neither.
        config = self.config(CONFIG.replace('"data"', '"/proc/sallyport"'))
        self.assert_one_clear_line(run("serve", "--config", config), "/proc/sallyport")

    def mounted(self, options, config):
        script = (
            f"mount -t tmpfs -o {options} tmpfs {self.folder}/data && "
            f"exec {PROGRAM} serve --config {config}"
        )
        return subprocess.run(
            ["unshare", "--mount", "sh", "-c", script], capture_output=True, text=True, timeout=60
        )

    @unittest.skipUnless(os.geteuid() == 0, "mounting a full disk needs root")
    def test_a_full_disk_is_named(self):
        (self.folder / "data").mkdir()
        config = self.config()
        if subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode != 0:
            self.skipTest("this machine forbids mounts of one's own")
        self.assert_one_clear_line(self.mounted("size=1m", config), "data", "MiB")

    @unittest.skipUnless(os.geteuid() == 0, "mounting a read-only disk needs root")
    def test_a_read_only_disk_is_named(self):
        (self.folder / "data").mkdir()
        config = self.config()
        if subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode != 0:
            self.skipTest("this machine forbids mounts of one's own")
        self.assert_one_clear_line(self.mounted("ro", config), "data")


@unittest.skipUnless((PORTRAITS / "obama.jpg").is_file(), "the portraits are missing; run script/setup")
class Identify(ProgramTest):
    def gallery(self):
        for person, file in (("macron", "person_a_1.jpg"), ("ardern", "person_b_1.jpg")):
            (self.folder / "people" / person).mkdir(parents=True)
            shutil.copy(PORTRAITS / file, self.folder / "people" / person)
        return self.folder / "people"

    def test_says_who_it_is_and_who_it_is_not(self):
        done = run(
            "identify", "--gallery", self.gallery(), "--json",
            PORTRAITS / "person_a_2.jpg", PORTRAITS / "impostor_2.jpg",
        )
        self.assertEqual(done.returncode, 1, done.stderr)
        known, stranger = json.loads(done.stdout)["probes"]
        self.assertEqual(
            set(known),
            {"picture", "verdict", "reason", "person", "score", "threshold", "n", "fpir", "faces"},
        )
        self.assertEqual((known["verdict"], known["person"], known["n"]), ("match", "macron", 2))
        self.assertEqual((stranger["verdict"], stranger["person"]), ("no_match", None))

    def test_all_matched_is_zero(self):
        done = run("identify", "--gallery", self.gallery(), PORTRAITS / "person_b_2.jpg")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("ardern", done.stdout)

    def test_a_picture_that_is_none_refers(self):
        text = self.folder / "text.jpg"
        text.write_text("no picture")
        done = run("identify", "--gallery", self.gallery(), "--json", text)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(json.loads(done.stdout)["probes"][0]["reason"], "picture_unusable")

    def test_an_installations_folder_is_refused(self):
        people = self.gallery()
        (self.folder / "records.db").write_bytes(b"")
        self.assert_one_clear_line(
            run("identify", "--gallery", people, PORTRAITS / "person_b_2.jpg"), "data folder"
        )


@unittest.skipUnless((PORTRAITS / "obama.jpg").is_file(), "the portraits are missing; run script/setup")
class Demo(ProgramTest):
    def test_check_reports_the_main_job(self):
        done = run("demo", "--check")
        self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
        report = json.loads(done.stdout)
        self.assertEqual(report["travelers"], 20)
        self.assertEqual(report["coverage"]["with_photo"], 5)
        self.assertEqual(report["matches"], 5)
        self.assertEqual(report["non_matches"], 1)
        self.assertEqual(report["crossings"], len(report["probes"]))
        self.assertIn("p99", report["latency_ms"])

    def test_a_kept_data_folder_boards_again(self):
        data = self.folder / "kept"
        self.assertEqual(run("demo", "--check", "--data", data).returncode, 0)
        self.assertTrue((data / "data/records.db").is_file())

    def test_own_photos_are_boarded(self):
        for person, files in (
            ("Emmanuel M", ("person_a_1.jpg", "person_a_2.jpg")),
            ("Jacinda A", ("person_b_1.jpg", "person_b_2.jpg")),
        ):
            (self.folder / "photos" / person).mkdir(parents=True)
            for file in files:
                shutil.copy(PORTRAITS / file, self.folder / "photos" / person)
        done = run("demo", "--check", "--photos", self.folder / "photos")
        self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
        self.assertEqual(json.loads(done.stdout)["matches"], 2)

    def test_an_empty_folder_of_photos_is_said(self):
        (self.folder / "empty").mkdir()
        done = run("demo", "--check", "--photos", self.folder / "empty")
        self.assertEqual(done.returncode, 3)


if __name__ == "__main__":
    unittest.main()
