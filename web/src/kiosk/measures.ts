// Simple measures on a small copy of the live picture, to give one honest hint at a time before
// anything is sent. Whether there is a usable face is the server's word, not this page's. Pure.

export interface Measures {
  brightness: number; // mean luminance in the oval, 0 to 255
  sharpness: number; // mean difference of neighbours, in luminance steps
  motion: number; // mean difference from the picture before, in luminance steps
}

export type LocalHint = "more_light" | "less_light" | "hold_still" | null;

const brightness_min = 45;
const brightness_max = 215;
const motion_max = 9;
const sharpness_min = 0.8;

// Luminance of the pixels inside the oval that fills the picture, -1 outside of it.
export function oval_luminance(rgba: Uint8ClampedArray, width: number, height: number): Float32Array {
  const luminance = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const pixel = y * width + x;
      const across = (2 * (x + 0.5)) / width - 1;
      const down = (2 * (y + 0.5)) / height - 1;
      const at = pixel * 4;
      luminance[pixel] =
        across * across + down * down > 1
          ? -1
          : 0.2126 * (rgba[at] ?? 0) + 0.7152 * (rgba[at + 1] ?? 0) + 0.0722 * (rgba[at + 2] ?? 0);
    }
  }
  return luminance;
}

export function measure(now: Float32Array, width: number, before: Float32Array | null): Measures {
  let inside = 0;
  let sum = 0;
  let pairs = 0;
  let edges = 0;
  let moved = 0;
  for (let pixel = 0; pixel < now.length; pixel++) {
    const value = now[pixel] ?? -1;
    if (value < 0) continue;
    inside += 1;
    sum += value;
    moved += before ? Math.abs(value - (before[pixel] ?? value)) : 0;
    const right = (pixel + 1) % width === 0 ? -1 : (now[pixel + 1] ?? -1);
    if (right >= 0) {
      pairs += 1;
      edges += Math.abs(value - right);
    }
  }
  return {
    brightness: sum / Math.max(inside, 1),
    sharpness: edges / Math.max(pairs, 1),
    motion: moved / Math.max(inside, 1),
  };
}

export function hint_for(measures: Measures): LocalHint {
  if (measures.brightness < brightness_min) return "more_light";
  if (measures.brightness > brightness_max) return "less_light";
  if (measures.motion > motion_max || measures.sharpness < sharpness_min) return "hold_still";
  return null;
}
