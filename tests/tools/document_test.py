"""Travel documents and lists on the command line: the forms that scripts rely on, and, where data of the
field lie beside the project, that issued documents, master lists and received messages come out right."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

HOME = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = HOME / "build/release/bin/sallyport"
FIELD = pathlib.Path(os.environ.get("SALLYPORT_TESTDATA", HOME / "../shared/testdata"))
EMRTD = FIELD / "emrtd"
ROOT = EMRTD / "DE_ROOT_CA_CSCA07.cer"
OLDER = EMRTD / "DE_ML_2025-03-05.ml"
NEWER = EMRTD / "DE_ML_2026-05-28.ml"

PASSPORT = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n"
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10"
)


def run(*arguments):
    done = subprocess.run(
        [str(PROGRAM), *map(str, arguments), "--json"], capture_output=True, text=True, timeout=120
    )
    return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr


def with_field_data(test):
    return unittest.skipUnless(EMRTD.is_dir(), "there are no data of the field beside the project")(test)


class Zones(unittest.TestCase):
    def test_a_specimen_passport_holds(self):
        status, seen, _ = run("document", "mrz", PASSPORT)
        self.assertEqual(status, 0)
        self.assertEqual((seen["format"], seen["valid"], seen["repairs"]), ("TD3", True, []))
        self.assertEqual(seen["fields"]["document_number"], "L898902C3")
        self.assertEqual(seen["fields"]["birth_date"], "1974-08-12")
        self.assertEqual(set(seen["checks"].values()), {True})

    def test_a_visa_has_no_composite_digit(self):
        visa = PASSPORT.replace("P<UTO", "V<UTO")[:-16] + "ZE184226B<<<<<<<"
        status, seen, _ = run("document", "mrz", visa)
        self.assertEqual((status, seen["format"]), (0, "MRVA"))
        self.assertIsNone(seen["checks"]["composite"])

    def test_a_wrong_digit_is_one_and_is_named(self):
        status, seen, _ = run("document", "mrz", PASSPORT.replace("7408122F", "7408121F"))
        self.assertEqual((status, seen["valid"]), (1, False))
        self.assertIs(seen["checks"]["birth_date"], False)
        self.assertIs(seen["checks"]["document_number"], True)

    def test_a_look_alike_is_repaired_only_when_asked(self):
        wrong = PASSPORT.replace("7408122F", "74O8122F")
        self.assertEqual(run("document", "mrz", wrong)[0], 1)
        status, seen, _ = run("document", "mrz", wrong, "--tolerant")
        self.assertEqual(status, 0)
        self.assertEqual(
            seen["repairs"], [{"line": 2, "column": 16, "from": "O", "to": "0"}]
        )

    def test_a_zone_of_89_characters_is_none(self):
        status, seen, error = run("document", "mrz", PASSPORT + "<")
        self.assertEqual((status, seen), (3, None))
        self.assertIn("sallyport: ", error)

    def test_a_boarding_pass_is_read(self):
        text = "M1DOE/ANNA            EABC123 AMSJFKXX 0100 335Y012A0001 100"
        status, seen, _ = run("document", "boarding-pass", text)
        self.assertEqual(status, 0)
        self.assertEqual(seen["family_name"], "DOE")
        self.assertEqual(seen["legs"][0]["departure"], "AMS")
        self.assertEqual(run("document", "boarding-pass", "M1")[0], 3)


class Trust(unittest.TestCase):
    def setUp(self):
        self.store = pathlib.Path(tempfile.mkdtemp(prefix="sallyport-trust-"))
        self.addCleanup(shutil.rmtree, self.store, ignore_errors=True)

    def take(self, *files):
        return run("document", "trust", "import", *files, "--store", self.store)

    @with_field_data
    def test_lists_lead_to_the_root_and_documents_to_the_lists(self):
        status, taken, error = self.take(OLDER, NEWER, ROOT)
        self.assertEqual(status, 0, error)
        self.assertEqual([one["signature"] for one in taken["lists"]], ["good", "good"])
        self.assertEqual(
            [(one["certificates"], one["countries"]) for one in taken["lists"]], [(557, 110), (588, 112)]
        )
        sods = sorted((EMRTD / "sod").glob("*.sod"))
        self.assertEqual(len(sods), 6)
        for sod in [*sods, EMRTD / "sod/DE.cardsecurity"]:
            status, seen, _ = run("document", "check", sod, "--store", self.store)
            self.assertEqual((status, seen["signature"], seen["trust"]), (0, "good", "anchored"), sod)
            self.assertTrue(seen["passed"])

    @with_field_data
    def test_the_newer_list_alone_anchors_every_document(self):
        self.assertEqual(self.take(ROOT, NEWER)[0], 0)
        for sod in (EMRTD / "sod").glob("*.sod"):
            self.assertEqual(run("document", "check", sod, "--store", self.store)[0], 0, sod)

    @with_field_data
    def test_a_specimen_is_signed_by_nobody_we_know_and_one_group_differs(self):
        self.assertEqual(self.take(ROOT, NEWER)[0], 0)
        status, seen, _ = run("document", "check", EMRTD / "specimen-deu", "--store", self.store)
        self.assertEqual((status, seen["signature"], seen["trust"]), (1, "good", "no_anchor"))
        self.assertEqual(
            {group: state for group, state in seen["hashes"].items() if state != "not_presented"},
            {"DG1": "match", "DG2": "match", "DG3": "match", "DG11": "differs", "DG14": "match"},
        )

    @with_field_data
    def test_what_came_and_went_is_named(self):
        status, seen, _ = run("document", "trust", "diff", OLDER, NEWER, "--anchor", ROOT)
        self.assertEqual(status, 0)
        self.assertEqual((len(seen["added"]), len(seen["removed"])), (71, 40))
        self.assertEqual(557 + 71 - 40, 588)
        self.assertTrue(all(one["country"] and one["sha256"] for one in seen["added"]))

    @with_field_data
    def test_a_list_of_nobody_we_named_is_refused_and_leaves_nothing(self):
        status, taken, _ = self.take(NEWER)
        self.assertEqual((status, taken["added"]), (1, 0))
        self.assertEqual(taken["lists"][0]["signature"], "bad")
        self.assertNotEqual(run("document", "check", EMRTD / "sod/FR.sod", "--store", self.store)[0], 0)

    @with_field_data
    def test_a_changed_list_is_refused(self):
        changed = self.store / "changed.ml"
        data = bytearray(NEWER.read_bytes())
        data[len(data) // 2] ^= 1
        changed.write_bytes(data)
        status, _, _ = run(
            "document", "trust", "import", ROOT, changed, "--store", self.store / "store"
        )
        self.assertNotEqual(status, 0)
        self.assertNotEqual(
            run("document", "check", EMRTD / "sod/FR.sod", "--store", self.store / "store")[0], 0
        )


class ReceivedLists(unittest.TestCase):
    @unittest.skipUnless((FIELD / "manifests").is_dir(), "there are no messages of the field beside the project")
    def test_a_message_as_received_is_the_cleaned_one(self):
        originals = sorted((FIELD / "manifests/as-received").glob("*.original.txt"))
        self.assertEqual(len(originals), 3)
        for original in originals:
            reference = original.with_name(original.name.replace("original", "reference"))
            _, seen, _ = run("manifest", "lint", original)
            _, wanted, _ = run("manifest", "lint", reference)
            for one in (seen, wanted):
                self.assertEqual(len(one["files"]), 1)
                for message in one["files"][0]["messages"]:
                    message.pop("faults")
            self.assertEqual(seen["files"][0]["messages"], wanted["files"][0]["messages"], original.name)

    @unittest.skipUnless((FIELD / "manifests").is_dir(), "there are no messages of the field beside the project")
    def test_travelers_are_those_that_the_text_names(self):
        for path in sorted((FIELD / "manifests").rglob("*.txt")):
            text = "".join(path.read_text(errors="replace").splitlines())
            for plus in "+*":
                passengers = text.count(f"NAD{plus}FL{plus}")
                crew = text.count(f"NAD{plus}FM{plus}")
                if passengers + crew:
                    break
            _, seen, _ = run("manifest", "lint", path)
            messages = seen["files"][0]["messages"]
            self.assertEqual(
                (sum(one["passengers"] for one in messages), sum(one["crew"] for one in messages)),
                (passengers, crew),
                path.name,
            )
            self.assertEqual(
                sum(len(one["travelers"]) for one in messages), passengers + crew, path.name
            )


if __name__ == "__main__":
    unittest.main()
