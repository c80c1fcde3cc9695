// What an officer or a document reader hands in, made ready to send: the lines of the zone and the
// names of the chip's files. Whether a document holds is the server's to say.

// The lines of a machine-readable zone as they were typed, pasted or scanned: capital letters,
// nothing between the characters. A reader that types no line ends is helped by the length.
export function zone_lines(text: string): string[] {
  const lines = text
    .toUpperCase()
    .replaceAll("«", "<<")
    .split(/[\r\n]+/)
    .map((line) => line.replace(/\s+/g, ""))
    .filter(Boolean);
  if (lines.length !== 1) return lines;
  const whole = lines[0] ?? "";
  const widths: Record<number, number> = { 88: 44, 72: 36, 90: 30 };
  const width = widths[whole.length];
  if (!width) return lines;
  return Array.from({ length: whole.length / width }, (_, row) => whole.slice(row * width, (row + 1) * width));
}

// Two lines of 44 or 36 characters, or three of 30.
export function is_whole_zone(lines: string[]): boolean {
  const all = (width: number) => lines.every((line) => line.length === width);
  return (lines.length === 2 && (all(44) || all(36))) || (lines.length === 3 && all(30));
}

// The name of the part that a file of the chip is sent as; null for a file that is none. The same
// names as on the command line: EF_DG1.bin, EF.DG1, DG1.bin, dg1, and so for SOD and COM.
export function chip_part(file_name: string): string | null {
  const found = /^(?:ef[._-]?)?(sod|com|dg(?:1[0-6]|[1-9]))(?:\.(?:bin|dat|der))?$/i.exec(file_name);
  return found?.[1]?.toLowerCase() ?? null;
}

export interface SortedFiles<File> {
  parts: Map<string, File>;
  unknown: string[]; // names of files that are none of a chip's
  twice: string[]; // names of files whose part another file has taken
}

export function sort_chip_files<File extends { name: string }>(files: Iterable<File>): SortedFiles<File> {
  const sorted: SortedFiles<File> = { parts: new Map(), unknown: [], twice: [] };
  for (const file of files) {
    const part = chip_part(file.name);
    if (part === null) sorted.unknown.push(file.name);
    else if (sorted.parts.has(part)) sorted.twice.push(file.name);
    else sorted.parts.set(part, file);
  }
  return sorted;
}
