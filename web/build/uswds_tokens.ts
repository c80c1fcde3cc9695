// Serves the design tokens of the U.S. Web Design System as CSS custom properties, in the virtual
// style sheet "uswds-tokens.css". They are read from the package's own token files while building,
// so a colour stands in one place and a newer package brings newer values. Only the families that
// the pages name are kept. The build fails when a file no longer holds what is looked for.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Plugin } from "vite";

const require = createRequire(import.meta.url);

const colour_families = ["blue", "blue-warm", "gold", "gray-cool", "green-cool", "orange", "red-warm"];
const spacing_steps = [0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9, 10];

function read(path: string): string {
  return readFileSync(require.resolve(`@uswds/uswds/core/tokens/${path}`), "utf8");
}

// A family's file: `5: #ecf3ec,` and, after "vivid", the same steps again.
function colours(family: string): string[] {
  const [plain = "", vivid = ""] = read(`color/_${family}.scss`).split('"vivid"');
  const steps = (text: string, suffix: string) =>
    [...text.matchAll(/^\s*(\d+): (#[0-9a-f]{3,6}),/gm)].map(
      ([, step, value]) => `--uswds-${family}-${step}${suffix}: ${value};`,
    );
  return [...steps(plain, ""), ...steps(vivid, "v")];
}

// `5: 16px,` becomes rem, so that the reader's own text size is respected.
function type_scale(): string[] {
  return [...read("font/type-scale.scss").matchAll(/^\s*"?(\w+)"?: (\d+)px,/gm)].map(
    ([, step, pixels]) => `--uswds-type-${step}: ${Number(pixels) / 16}rem;`,
  );
}

function spacing(): string[] {
  const base = /\$system-spacing-grid-base: (\d+)px/.exec(read("units/grid-base.scss"));
  if (!base) throw new Error("no spacing base in the USWDS tokens");
  return spacing_steps.map(
    (step) => `--uswds-space-${String(step).replace(".", "")}: ${(step * Number(base[1])) / 16}rem;`,
  );
}

export function uswds_tokens(): Plugin {
  const name = "uswds-tokens.css";
  const resolved = `/@${name}`;
  return {
    name: "uswds-tokens",
    resolveId: (id) => (id === name ? resolved : undefined),
    load(id) {
      if (id !== resolved) return undefined;
      const lines = [...colour_families.flatMap(colours), ...type_scale(), ...spacing()];
      if (lines.length < 150) throw new Error(`only ${lines.length} tokens found in @uswds/uswds`);
      return `:root {\n  ${lines.join("\n  ")}\n}\n`;
    },
  };
}
