import { defineConfig } from "@playwright/test";

// One worker: the tests share one server and one flight, and a traveler boards once.
export default defineConfig({
  testDir: ".",
  testMatch: "*.spec.ts",
  outputDir: "test-results",
  workers: 1,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 10_000 },
  reporter: [["./reporter.ts"]],
});
