#!/usr/bin/env python3
"""Boards a flight of known people over HTTP and counts what the service says.

The people are a folder of one folder a person. Half a of them (by a hash of the name) made the
pack's calibration; the flight is boarded by the people of half b who have two or more pictures: the
first is held, the others come as mated probes. Everybody else comes as a non-mated probe. One
capture is one transaction, so the error rate asked for is that of a single attempt.

Reports FNIR, FPIR and refers with exact 95 % intervals (Clopper and Pearson 1934), and where the
time of a verdict goes. Terms follow ISO/IEC 19795-1: a false positive is a non-mated search with any
candidate at or above the threshold, a false negative a mated search that did not end as a match with
its own person.
"""

import argparse
import csv
import hashlib
import http.client
import json
import math
import os
import pathlib
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import datetime, timedelta, timezone

HOME = pathlib.Path(__file__).resolve().parent.parent
PICTURES = {".jpg", ".jpeg", ".png"}


# --- people --------------------------------------------------------------------------------------
def read_people(folder, corrections):
    """Pictures by person, label errors corrected as the calibration corrects them."""
    people = {
        entry.name: sorted(p for p in entry.iterdir() if p.suffix.lower() in PICTURES)
        for entry in sorted(folder.iterdir())
        if entry.is_dir()
    }
    if not corrections.is_file():
        return {name: pictures for name, pictures in people.items() if pictures}
    with corrections.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            if row["kind"] == "same_person" and row["a"] in people and row["b"] in people:
                first, second = sorted((row["a"], row["b"]))
                people[first] = sorted(people[first] + people.pop(second))
            elif row["kind"] == "wrong_picture":
                name, _, picture = row["a"].partition("/")
                people[name] = [p for p in people.get(name, []) if p.name != picture]
    return {name: pictures for name, pictures in people.items() if pictures}


def is_half_a(name):
    return hashlib.sha256(name.encode("utf-8")).digest()[0] % 2 == 0


# --- numbers -------------------------------------------------------------------------------------
def binomial_tail(k, n, p):
    """P(X >= k) for X binomial(n, p)."""
    if k <= 0:
        return 1.0
    if p <= 0.0:
        return 0.0
    if p >= 1.0:
        return 1.0
    total = 0.0
    for i in range(k, n + 1):
        log_term = (
            math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1)
            + i * math.log(p) + (n - i) * math.log1p(-p)
        )
        term = math.exp(log_term)
        total += term
        if term < total * 1e-14 and i > n * p:
            break
    return min(1.0, total)


def solve(function, target):
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if function(middle) < target:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def interval(k, n, level=0.95):
    """Clopper-Pearson interval of k events in n trials."""
    if n == 0:
        return [0.0, 1.0]
    side = (1 - level) / 2
    lower = 0.0 if k == 0 else solve(lambda p: binomial_tail(k, n, p), side)
    upper = 1.0 if k == n else solve(lambda p: binomial_tail(k + 1, n, p), 1 - side)
    return [lower, upper]


def rate(k, n):
    return {"count": k, "of": n, "rate": k / n if n else 0.0, "ci": interval(k, n)}


def percentiles(values):
    ordered = sorted(values)
    if not ordered:
        return {}
    def at(share):
        return ordered[min(len(ordered) - 1, int(share * (len(ordered) - 1) + 0.5))]
    return {
        "n": len(ordered), "p50": at(0.50), "p90": at(0.90), "p99": at(0.99), "max": ordered[-1],
    }


# --- the service ---------------------------------------------------------------------------------
class Service:
    """A server of our own on a free port of the loopback, and one client of it."""

    def __init__(self, program, folder, fpir):
        profile = (HOME / "schema/profiles/air-entry.toml").read_text(encoding="utf-8")
        changed = {
            "fpir_max": f"{fpir}",
            "attempts_max": "1",
            "interocular_px_min": "20",
            "zone": "[0.0, 0.0, 1.0, 1.0]",
        }
        lines = []
        for line in profile.splitlines():
            key = line.partition("=")[0].strip()
            lines.append(f"{key} = {changed[key]}" if key in changed else line)
        (folder / "profile.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        (folder / "sallyport.toml").write_text(
            'data = "data"\nkey_file = "key"\nholdings = "holdings"\n[server]\nworkers = 2\n'
            '[[checkpoint]]\nname = "check"\nprofile = "profile.toml"\n',
            encoding="utf-8",
        )
        self.process = subprocess.Popen(
            [str(program), "serve", "--config", str(folder / "sallyport.toml"), "--json"],
            stdout=subprocess.PIPE,
            stderr=sys.stderr,
            text=True,
        )
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("the service did not start")
        ready = json.loads(line)
        self.port = int(ready["url"].rsplit(":", 1)[1])
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self.session = ""
        self.session = self.call("POST", "/v1/session", {"token": ready["start_token"]})["session"]

    def raw(self, method, target, body=None, content_type=None):
        headers = {"Authorization": f"Bearer {self.session}"} if self.session else {}
        if content_type:
            headers["Content-Type"] = content_type
        self.connection.request(method, target, body=body, headers=headers)
        response = self.connection.getresponse()
        return response.status, response.read()

    def call(self, method, target, body=None):
        payload = None if body is None else json.dumps(body).encode()
        status, answer = self.raw(method, target, payload, "application/json" if payload else None)
        if status >= 400:
            raise SystemExit(f"{method} {target} was answered {status}: {answer.decode()[:300]}")
        return json.loads(answer)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)


def passenger_list(names):
    """PAXLST D.05B; the document number says which person of the folder a traveler is."""
    departs = datetime.now(timezone.utc) + timedelta(hours=1)
    stamp = departs.strftime("%y%m%d%H%M")
    segments = [
        "UNH+1+PAXLST:D:05B:UN:IATA", "BGM+745", "NAD+MS+++FLIGHT CHECK", "TDT+20+XX300+++XX",
        "LOC+125+AMS", f"DTM+189:{stamp}:201", "LOC+87+JFK",
        f"DTM+232:{(departs + timedelta(hours=8)).strftime('%y%m%d%H%M')}:201",
    ]
    for index, _ in enumerate(names, start=1):
        segments += [f"NAD+FL+++TRAVELER:N{index}", "NAT+2+UTO", f"DOC+P+C{index:06}", "LOC+91+UTO"]
    segments.append(f"CNT+42:{len(names)}")
    segments.append(f"UNT+{len(segments) + 1}+1")
    envelope = f"UNB+UNOA:4+CHECK+SALLYPORT+{stamp[:6]}:{stamp[6:]}+1++APIS"
    return "UNA:+.? '\n" + "".join(f"{s}'\n" for s in [envelope, *segments, "UNZ+1+1"])


class Check:
    def __init__(self, service):
        self.service = service
        self.client_ms = []
        self.stages = {}

    def board(self, flight):
        status, answer = self.service.raw(
            "POST", "/v1/manifests", passenger_list(list(flight)).encode(), "application/edifact"
        )
        if status != 201:
            raise SystemExit(f"the list was answered {status}: {answer.decode()[:300]}")
        self.context = json.loads(answer)["contexts"][0]
        while True:
            coverage = self.service.call("GET", f"/v1/contexts/{self.context}/coverage")
            progress("gallery", coverage["travelers_done"], coverage["travelers"])
            if coverage["state"] in ("ready", "failed"):
                break
            time.sleep(0.2)
        self.service.call("PUT", "/v1/checkpoints/check/contexts", {"contexts": [self.context]})
        self.notice = self.service.call("GET", "/v1/checkpoints")["checkpoints"][0]["notice_version"]
        return coverage

    def probe(self, picture):
        transaction = secrets.token_hex(16)
        shown = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self.service.call(
            "PUT",
            f"/v1/transactions/{transaction}",
            {
                "checkpoint": "check",
                "notice": {"version": self.notice, "shown_at": shown},
                "subjects": [{}],
            },
        )
        body = picture.read_bytes()
        begun = time.perf_counter()
        status, answer = self.service.raw(
            "POST", f"/v1/transactions/{transaction}/captures", body, "image/jpeg"
        )
        self.client_ms.append((time.perf_counter() - begun) * 1000)
        if status != 200:
            raise SystemExit(f"{picture.name} was answered {status}: {answer.decode()[:300]}")
        verdict = json.loads(answer)
        for stage, value in verdict["timings_ms"].items():
            self.stages.setdefault(stage, []).append(value)
        self.service.call("POST", f"/v1/transactions/{transaction}/close", {})
        return verdict


def progress(label, done, total):
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        print(f"\r\033[K{label} {done}/{total}", end=end, file=sys.stderr, flush=True)


def matched_document(verdict):
    traveler = verdict["subjects"][0]["traveler"]
    return traveler["documents"][0]["number"] if verdict["verdict"] == "match" else None


def above_threshold(verdict):
    return bool(verdict["evidence"]) and verdict["evidence"]["above_threshold"] > 0


def run_mated(check, flight):
    found, causes = 0, Counter()
    probes = [
        (f"C{index:06}", picture)
        for index, pictures in enumerate(flight.values(), start=1)
        for picture in pictures[1:]
    ]
    for done, (document, picture) in enumerate(probes, start=1):
        verdict = check.probe(picture)
        if matched_document(verdict) == document:
            found += 1
        elif verdict["verdict"] == "match":
            causes["match with another person"] += 1
        else:
            causes[verdict["reason"] or verdict["verdict"]] += 1
        progress("mated probes", done, len(probes))
    return len(probes), found, causes


def run_non_mated(check, others):
    alarms, matches, causes = 0, 0, Counter()
    pictures = [(name, picture) for name, group in others.items() for picture in group]
    unseen = Counter()
    for done, (name, picture) in enumerate(pictures, start=1):
        verdict = check.probe(picture)
        alarms += above_threshold(verdict)
        matches += verdict["verdict"] == "match"
        if verdict["verdict"] == "refer":
            causes[verdict["reason"]] += 1
        if not is_half_a(name):
            unseen["probes"] += 1
            unseen["alarms"] += above_threshold(verdict)
        progress("non-mated probes", done, len(pictures))
    return len(pictures), alarms, matches, causes, unseen


def show(report):
    def line(label, value):
        low, high = value["ci"]
        print(
            f"  {label:<34} {100 * value['rate']:6.2f} %   [{100 * low:.2f}, {100 * high:.2f}]"
            f"   {value['count']} of {value['of']}"
        )
    print(
        f"flight of {report['travelers']} travelers, N = {report['n']} templates, pack {report['pack']},"
        f" FPIR asked for {100 * report['fpir_target']:g} %, threshold {report['threshold']:.4f}"
    )
    line("FNIR (mated, not matched)", report["fnir"])
    line("FPIR (non-mated, any at threshold)", report["fpir"])
    line("  of people never calibrated on", report["fpir_unseen_half"])
    line("non-mated that ended as a match", report["false_matches"])
    print(f"  why mated probes were missed       {report['missed']}")
    print(f"  how non-mated probes were referred {report['referred']}")
    times = report["latency_ms"]["client"]
    print(
        f"  verdict over HTTP, one client      p50 {times['p50']:.1f} ms   p90 {times['p90']:.1f}"
        f"   p99 {times['p99']:.1f}   max {times['max']:.1f}   ({times['n']} captures)"
    )
    for stage, values in report["latency_ms"]["stages"].items():
        print(f"    {stage:<10} p50 {values['p50']:7.2f}   p99 {values['p99']:7.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    testdata = pathlib.Path(os.environ.get("SALLYPORT_TESTDATA", HOME.parent / "shared/testdata"))
    parser.add_argument("--people", type=pathlib.Path, default=testdata / "faces/lfw-dev")
    parser.add_argument("--corrections", type=pathlib.Path)
    parser.add_argument("--program", type=pathlib.Path, default=HOME / "build/release/bin/sallyport")
    parser.add_argument("--fpir", type=float, default=0.01)
    parser.add_argument("--limit", type=int, default=0, help="only so many probes of either kind")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    if not arguments.people.is_dir():
        print(f"flight-check: there is no folder of people at {arguments.people}", file=sys.stderr)
        return 3
    corrections = arguments.corrections or arguments.people.with_name(
        arguments.people.name + "-corrections.csv"
    )
    people = read_people(arguments.people, corrections)
    flight = {n: p for n, p in people.items() if not is_half_a(n) and len(p) >= 2}
    others = {n: p for n, p in people.items() if n not in flight}
    if arguments.limit:
        others = dict(list(others.items())[: arguments.limit])

    with tempfile.TemporaryDirectory(prefix="sallyport-flight-check-") as folder:
        folder = pathlib.Path(folder)
        (folder / "holdings").mkdir()
        for index, pictures in enumerate(flight.values(), start=1):
            shutil.copyfile(pictures[0], folder / "holdings" / f"C{index:06}{pictures[0].suffix}")
        service = Service(arguments.program, folder, arguments.fpir)
        try:
            check = Check(service)
            coverage = check.board(flight)
            mated_flight = (
                dict(list(flight.items())[: arguments.limit]) if arguments.limit else flight
            )
            mated, found, missed = run_mated(check, mated_flight)
            non_mated, alarms, matches, referred, unseen = run_non_mated(check, others)
            sample = check.probe(next(iter(others.values()))[0])
        finally:
            service.stop()

    evidence = sample["evidence"] or {}
    report = {
        "people": len(people),
        "travelers": len(flight),
        "coverage": {k: coverage[k] for k in ("with_photo", "without_photo", "rejected_only")},
        "gallery_build_seconds": coverage["build_seconds"],
        "pack": evidence.get("pack"),
        "n": evidence.get("n"),
        "threshold": evidence.get("threshold", 0.0),
        "fpir_target": arguments.fpir,
        "fnir": rate(mated - found, mated),
        "missed": dict(missed),
        "fpir": rate(alarms, non_mated),
        "fpir_unseen_half": rate(unseen["alarms"], unseen["probes"]),
        "false_matches": rate(matches, non_mated),
        "referred": dict(referred),
        "latency_ms": {
            "client": percentiles(check.client_ms),
            "stages": {stage: percentiles(v) for stage, v in check.stages.items()},
        },
    }
    if arguments.json:
        print(json.dumps(report))
    else:
        show(report)
    return 0


if __name__ == "__main__":
    sys.exit(main())
