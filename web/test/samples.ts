// Transactions to test with.
import type { KioskTransaction, PresentedDocument, Transaction } from "../src/lib/types";

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
    document: null,
    ...fields,
  };
}

export function presented(fields: Partial<PresentedDocument> = {}): PresentedDocument {
  return {
    holder: {
      family_name: "ERIKSSON",
      given_names: "ANNA MARIA",
      sex: "F",
      birth_date: "1974-08-12",
      nationality: "UTO",
      document_type: "P",
      document_number: "L898902C3",
      document_issuer: "UTO",
      document_expiry: "2032-04-15",
    },
    age: { least: 51, most: 51 },
    format: "TD3",
    chip: "genuine",
    reader: { chip_authentication: "not_done", active_authentication: "not_done", passive_authentication: "not_done" },
    copying_unchecked: true,
    findings: [],
    differences: [],
    boarding_pass: false,
    portrait: "chip",
    on_list: true,
    list_status: "listed",
    attempts: 0,
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
