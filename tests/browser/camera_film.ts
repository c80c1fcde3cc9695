// Makes the film that Chromium shows as its camera: one JPEG of 640 by 480 with a portrait in the
// middle, drawn by the browser itself. The head is placed where a traveler stands, so the film
// differs from the picture on file in size, surroundings and compression.
import { readFile, writeFile } from "node:fs/promises";
import { extname } from "node:path";
import type { Browser } from "@playwright/test";

export interface Film {
  portrait: string; // file of a portrait; empty: an empty, lit wall
  height?: number; // of the portrait in the film, in pixels
  luminance?: number; // 1 leaves the light as it is
}

const film_width = 640;
const film_height = 480;

export async function make_film(browser: Browser, film: Film, path: string): Promise<void> {
  const type = extname(film.portrait) === ".png" ? "image/png" : "image/jpeg";
  const source = film.portrait
    ? `data:${type};base64,${(await readFile(film.portrait)).toString("base64")}`
    : "";
  const page = await browser.newPage();
  const drawn = await page.evaluate(draw, {
    source,
    width: film_width,
    height: film_height,
    portrait_height: film.height ?? film_height,
    luminance: film.luminance ?? 1,
  });
  await page.close();
  await writeFile(path, Buffer.from(drawn.slice(drawn.indexOf(",") + 1), "base64"));
}

interface Drawing {
  source: string;
  width: number;
  height: number;
  portrait_height: number;
  luminance: number;
}

// Runs in the page.
async function draw({ source, width, height, portrait_height, luminance }: Drawing): Promise<string> {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas");
  context.filter = `brightness(${luminance})`;
  context.fillStyle = "#8d949b";
  context.fillRect(0, 0, width, height);
  if (source) {
    const picture = new Image();
    picture.src = source;
    await picture.decode();
    const portrait_width = (picture.naturalWidth * portrait_height) / picture.naturalHeight;
    const top = (height - portrait_height) / 2;
    context.drawImage(picture, (width - portrait_width) / 2, top, portrait_width, portrait_height);
  }
  return canvas.toDataURL("image/jpeg", 0.92);
}
