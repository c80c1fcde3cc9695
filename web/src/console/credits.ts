// Credits in few words: pictures of one person by one author under one licence share a line.
import type { Credit } from "../lib/types";

export function credit_lines(credits: Credit[]): string[] {
  const lines = new Map<string, { credit: Credit; years: string[] }>();
  for (const credit of credits) {
    const key = [credit.person, credit.author, credit.licence].join("\n");
    const line = lines.get(key) ?? { credit, years: [] };
    if (credit.year) line.years.push(String(credit.year));
    lines.set(key, line);
  }
  return [...lines.values()].map(({ credit, years }) => {
    const who = [credit.person, years.sort().join(", ")].filter(Boolean).join(" ");
    return `${who}: ${credit.author}, ${credit.licence}`;
  });
}
