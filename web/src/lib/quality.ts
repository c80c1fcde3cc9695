// Picture quality in words for the officer. The limits mirror what the server itself refuses, with
// a margin: a picture just inside them is usable, but the officer should know why it is weak.
import type { Quality } from "./types";

const interocular_px_good = 48;
const luminance_low = 70;
const luminance_high = 200;

export function quality_words(quality: Quality | null): { word: "good" | "fair" | "not measured"; notes: string[] } {
  if (!quality) return { word: "not measured", notes: [] };
  const notes: string[] = [];
  if (quality.interocular_px < interocular_px_good) notes.push("far away");
  if (quality.luminance_mean < luminance_low) notes.push("dark");
  if (quality.luminance_mean > luminance_high) notes.push("bright");
  return { word: notes.length === 0 ? "good" : "fair", notes };
}
