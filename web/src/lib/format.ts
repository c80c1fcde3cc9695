// How names, dates, rates and codes are written for staff. Dates of travel documents are plain
// dates without a time zone; they are never turned into a moment in time.

const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

interface PlainDate {
  year: number;
  month: number;
  day: number;
}

// Null when there is no complete date: a birth date may be known in part.
export function plain_date(text: string | null): PlainDate | null {
  const parts = /^(\d{4})-(\d{2})-(\d{2})/.exec(text ?? "");
  if (!parts) return null;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  return month >= 1 && month <= 12 && day >= 1 && day <= 31 ? { year, month, day } : null;
}

export function date_words(text: string | null): string {
  const date = plain_date(text);
  if (!date) return text ? `${text} (incomplete)` : "not given";
  return `${String(date.day).padStart(2, "0")} ${months[date.month - 1]} ${date.year}`;
}

// Completed years on a day; null when the birth date is incomplete: then a person decides.
export function age_years(birth_date: string | null, today: Date): number | null {
  const born = plain_date(birth_date);
  if (!born) return null;
  const had_birthday =
    today.getMonth() + 1 > born.month || (today.getMonth() + 1 === born.month && today.getDate() >= born.day);
  return today.getFullYear() - born.year - (had_birthday ? 0 : 1);
}

export function clock_time(at: Date | string | null): string {
  if (!at) return "";
  const moment = typeof at === "string" ? new Date(at) : at;
  return moment.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

export function hour_minute(at: Date | string): string {
  const moment = typeof at === "string" ? new Date(at) : at;
  return moment.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

// "1 time in 1,000": a rate that a person can hold against a day's work.
export function one_in(rate: number): string {
  if (!(rate > 0)) return "0 times";
  return `1 time in ${Math.round(1 / rate).toLocaleString("en-US")}`;
}

export function sex_words(sex: string): string {
  return { F: "Female", M: "Male", X: "Unspecified" }[sex] ?? "Not given";
}

export function full_name(traveler: { family_name: string; given_names: string }): string {
  return [traveler.family_name, traveler.given_names].filter(Boolean).join(", ");
}

export function document_type_words(type: string): string {
  return { P: "Passport", V: "Visa", I: "Identity card", A: "Identity card", C: "Identity card" }[type.charAt(0)] ?? type;
}

// What a person types to find somebody: every word must begin a part of the name, the document's
// number or the seat.
export function matches_search(
  traveler: { family_name: string; given_names: string; seat: string; documents: { number: string }[] },
  search: string,
): boolean {
  const plain = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toUpperCase();
  const parts = plain(
    [traveler.family_name, traveler.given_names, traveler.seat, ...traveler.documents.map((d) => d.number)].join(" "),
  ).split(/[\s-]+/);
  const wanted = plain(search).split(/[\s,-]+/).filter(Boolean);
  return wanted.every((word) => parts.some((part) => part.startsWith(word)));
}
