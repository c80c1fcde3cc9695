// One line for each test, the errors below a failed one, and a closing count.
import type { FullResult, Reporter, TestCase, TestResult } from "@playwright/test/reporter";

// Without the colours that Playwright writes even into files.
function plain(text: string): string {
  return text.replace(/\u001b\[\d+m/g, "");
}

export default class Lines implements Reporter {
  #passed = 0;
  #failed = 0;

  onTestEnd(test: TestCase, result: TestResult): void {
    const good = result.status === "passed";
    if (good) this.#passed += 1;
    else this.#failed += 1;
    console.log(`${good ? "passed" : "FAILED"}  ${test.title} (${(result.duration / 1000).toFixed(1)} s)`);
    for (const error of good ? [] : result.errors) console.log(plain(error.stack ?? error.message ?? "no message"));
  }

  onError(error: { message?: string; stack?: string }): void {
    this.#failed += 1;
    console.log(`FAILED  ${plain(error.stack ?? error.message ?? "no message")}`);
  }

  onEnd(result: FullResult): void {
    // A run that ended early must not look like a good one.
    if (result.status !== "passed" && this.#failed === 0) this.#failed += 1;
    console.log(`${this.#passed} passed, ${this.#failed} failed`);
  }

  printsToStdio(): boolean {
    return true;
  }
}
