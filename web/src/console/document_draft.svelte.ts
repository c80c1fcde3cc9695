// What an officer has typed of a document so far. It outlives the dialog, so that a refusal or a
// slip of the finger costs nothing, and ends with its traveler.
import { is_whole_zone, sort_chip_files, zone_lines } from "../lib/document_input";
import type { DocumentToPresent } from "../lib/api";
import type { ReaderCheck } from "../lib/types";

export class DocumentDraft {
  zone = $state("");
  from_camera = $state(false);
  boarding_pass = $state("");
  files = $state.raw<File[]>([]);
  chip_authentication = $state<ReaderCheck>("not_done");
  active_authentication = $state<ReaderCheck>("not_done");
  passive_authentication = $state<ReaderCheck>("not_done");
  problem = $state("");

  // Of whom it is: the transaction.
  constructor(readonly transaction: string) {}

  readonly lines = $derived(zone_lines(this.zone));
  readonly zone_is_whole = $derived(is_whole_zone(this.lines));
  readonly chip = $derived(sort_chip_files(this.files));
  // A boarding pass alone names no document.
  readonly is_empty = $derived(this.lines.length === 0 && this.chip.parts.size === 0);

  to_present(): DocumentToPresent {
    return {
      mrz: this.lines.join("\n"),
      mrz_mode: this.from_camera ? "tolerant" : "strict",
      boarding_pass: this.boarding_pass,
      reader: {
        chip_authentication: this.chip_authentication,
        active_authentication: this.active_authentication,
        passive_authentication: this.passive_authentication,
      },
      chip: this.chip.parts,
    };
  }
}
