// Proves that the kiosk's hints follow from the picture: light, blur and motion, inside the oval.
import assert from "node:assert/strict";
import { test } from "node:test";
import { hint_for, measure, oval_luminance } from "../src/kiosk/measures";

const width = 24;
const height = 32;

function picture(value: (x: number, y: number) => number): Float32Array {
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rgba.fill(value(x, y), (y * width + x) * 4, (y * width + x) * 4 + 3);
  }
  return oval_luminance(rgba, width, height);
}

const stripes = (offset: number) => picture((x) => ((x + offset) % 2 === 0 ? 90 : 150));
const hint = (now: Float32Array, before: Float32Array | null = null) => hint_for(measure(now, width, before));

test("the corners outside the oval do not count", () => {
  const lit_corners = picture((x, y) => (x < 3 && y < 3 ? 255 : 20));
  assert.ok(Math.abs(measure(lit_corners, width, null).brightness - 20) < 0.5);
});

test("too little and too much light are told apart", () => {
  assert.equal(hint(picture(() => 20)), "more_light");
  assert.equal(hint(picture(() => 240)), "less_light");
});

test("a sharp, still, lit picture needs no hint", () => {
  assert.equal(hint(stripes(0), stripes(0)), null);
});

test("motion and blur ask to hold still", () => {
  assert.equal(hint(stripes(0), stripes(1)), "hold_still");
  assert.equal(hint(picture(() => 120)), "hold_still");
});
