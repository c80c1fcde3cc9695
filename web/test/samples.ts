// Transactions to test with.
import type { KioskTransaction, Transaction } from "../src/lib/types";

export function transaction(fields: Partial<Transaction> = {}): Transaction {
  return {
    transaction: "0".repeat(32),
    checkpoint: "gate-b12",
    state: "verdict",
    opened_at: "2026-05-01T08:00:00.000Z",
    captured_at: "2026-05-01T08:00:10.000Z",
    direction: "exit",
    decided_by: "rule",
    verdict: "",
    reason: null,
    attempts: 1,
    unusable_captures: 0,
    attempts_left: 2,
    decision: "",
    allowed: ["boarded", "referred"],
    subjects: [],
    live_photo: true,
    held_photos: 0,
    evidence: null,
    ...fields,
  };
}

export function kiosk_transaction(fields: Partial<KioskTransaction> = {}): KioskTransaction {
  return {
    transaction: "0".repeat(32),
    checkpoint: "gate-b12",
    state: "verdict",
    verdict: "",
    reason: null,
    attempts_left: 2,
    decision: "",
    ...fields,
  };
}
