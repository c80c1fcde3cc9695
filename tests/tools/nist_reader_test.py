"""Face records that the program writes, read by a package that shares no code with it: every field and
the picture byte for byte. And records that the package writes, read by the program."""

import datetime
import json
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib

HOME = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = HOME / "build/release/bin/sallyport"
PORTRAITS = HOME / "build/portraits"

sys.path.insert(0, str(HOME / "build/python-test"))
import nistitl  # noqa: E402


def png(width, height):
    """A grey picture of one tone."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress((b"\0" + b"\x80" * width) * height)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def face_record(*arguments):
    return subprocess.run(
        [str(PROGRAM), "document", "face-record", *map(str, arguments)],
        capture_output=True, text=True, timeout=60,
    )


class FaceRecordTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sallyport-nist-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.record = self.folder / "record.an2"

    def write(self, picture, *arguments):
        done = face_record(
            picture, "--out", self.record, "--type", "IDENT", "--destination", "DHS000000",
            "--originator", "GATEB12", *arguments, "--json",
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def picture(self, data):
        path = self.folder / "picture"
        path.write_bytes(data)
        return path


class WrittenByTheProgram(FaceRecordTest):
    def test_every_field_is_read_by_the_other_reader(self):
        picture = png(40, 30)
        answer = self.write(
            self.picture(picture), "--control", "T-1", "--sap", 13, "--pose", "L", "--quality", 87,
            "--captured", "2026-05-01",
        )
        data = self.record.read_bytes()
        self.assertEqual(answer["bytes"], len(data))
        message = nistitl.Message()
        message.parse(data)
        self.assertEqual([record.type for record in message], [1, 2, 10])

        header = message[0]
        self.assertEqual(header.VER, "0502")
        self.assertEqual(
            [subfield.values for subfield in header["CNT"]], [["1", "2"], ["2", "0"], ["10", "1"]]
        )
        self.assertEqual(header.TOT, "IDENT")
        today = {
            (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=days)).strftime("%Y%m%d")
            for days in (0, 1)  # midnight may have passed since
        }
        self.assertIn(header.DAT, today)
        self.assertEqual(header.DAI, "DHS000000")
        self.assertEqual(header.ORI, "GATEB12")
        self.assertEqual(header.TCN, "T-1")
        self.assertEqual((header.NSR, header.NTR), ("00.00", "00.00"))
        self.assertRegex(header.GMT, r"^\d{14}Z$")
        self.assertEqual(header.GMT[:8], header.DAT)

        face = message[2]
        expected = {
            2: 1, 3: "FACE", 4: "GATEB12", 5: "20260501", 6: "40", 7: "30", 8: "0", 9: "1", 10: "1",
            11: "PNG", 12: "GRAY", 13: "13", 20: "L",
        }
        self.assertEqual({field: face[field].value for field in expected}, expected)
        self.assertEqual([subfield.values for subfield in face[24]], [["87", "0000", "1"]])
        self.assertEqual(face.DATA, picture)
        # What the other writer makes of what it has read: lengths and list included.
        self.assertEqual(message.NIST, data)

    def test_a_portrait_comes_out_byte_for_byte(self):
        portrait = sorted(PORTRAITS.rglob("*.jpg"))[0]
        self.write(portrait)
        message = nistitl.Message()
        message.parse(self.record.read_bytes())
        self.assertEqual(message[2].CGA, "JPEGB")
        self.assertEqual(message[2].DATA, portrait.read_bytes())
        self.assertEqual(self.record.stat().st_mode & 0o777, 0o600)

        out = self.folder / "out.jpg"
        done = face_record("--read", self.record, "--out", out, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(out.read_bytes(), portrait.read_bytes())

    def test_a_control_number_is_made_when_none_is_given(self):
        numbers = {self.write(self.picture(png(20, 20)))["control_number"] for _ in range(2)}
        self.assertEqual(len(numbers), 2)
        for number in numbers:
            self.assertTrue(re.fullmatch(r"[0-9a-f]{32}", number), number)


class WrittenByTheOther(FaceRecordTest):
    def test_fields_are_shown_as_they_stand(self):
        message = nistitl.Message()
        message.TOT = "CAR"
        message[0].DAT = "20260501"
        message[0].DAI = "DEST"
        message[0].ORI = "ORIG"
        message[0].TCN = "7"
        text = nistitl.AsciiRecord(2)
        text.IDC = 0
        names = nistitl.Field(2, 18)
        names.add_subfields(nistitl.SubField("ONE"), nistitl.SubField("TWO"))
        text += names
        message += text
        face = nistitl.AsciiRecord(10)
        face.IDC = 1
        for field, value in ((3, "FACE"), (4, "ORIG"), (5, "20260430"), (6, "20"), (7, "20"), (8, "0"),
                             (9, "1"), (10, "1"), (11, "PNG"), (12, "GRAY"), (13, "1")):
            face += nistitl.Field(10, field, value)
        face += nistitl.BinaryField(10, 999, png(20, 20))
        message += face
        self.record.write_bytes(message.NIST)

        done = face_record("--read", self.record, "--json")
        answer = json.loads(done.stdout)
        self.assertEqual([record["type"] for record in answer["records"]], [1, 2, 10])
        self.assertEqual(answer["records"][0]["fields"]["1.004"], [["CAR"]])
        self.assertEqual(answer["records"][1]["fields"]["2.018"], [["ONE"], ["TWO"]])
        self.assertEqual(answer["records"][2]["data_bytes"], len(png(20, 20)))
        # A repeated field is no text that an encounter could take: said, and the exit status is 1.
        self.assertEqual(done.returncode, 1)
        self.assertIn("2.018", answer["face"]["fault"])

    def test_damage_is_one_line_that_names_the_record(self):
        self.write(self.picture(png(20, 20)))
        self.record.write_bytes(self.record.read_bytes()[:-1])
        done = face_record("--read", self.record)
        self.assertEqual(done.returncode, 3)
        self.assertIn("record 3 (Type-10), field 10.001", done.stderr)


class Refused(FaceRecordTest):
    def test_wrong_use_and_wrong_fields(self):
        picture = self.picture(png(20, 20))
        self.assertEqual(face_record(picture).returncode, 2)
        done = face_record(picture, "--out", self.record, "--destination", "D", "--originator", "O")
        self.assertEqual(done.returncode, 3)
        self.assertIn("field 1.004", done.stderr)
        self.assertFalse(self.record.exists())
        done = face_record(
            self.picture(b"GIF89a"), "--out", self.record, "--type", "A", "--destination", "D",
            "--originator", "O",
        )
        self.assertEqual(done.returncode, 3)
        self.assertIn("10.999", done.stderr)


if __name__ == "__main__":
    unittest.main()
