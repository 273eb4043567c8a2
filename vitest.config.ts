import { defineConfig } from "vitest/config";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  // A file that needs a document says so in its first line: making one takes longer than most tests.
  test: {
    environment: "node",
    include: ["js/test/**/*.test.{ts,tsx}"],
    // Loading the same modules anew for each file takes longer than all tests.
    isolate: false,
    setupFiles: ["js/test/support/setup.ts"],
    // No test is about time: on a machine with much else to do, a whole dashboard takes a minute.
    testTimeout: 180_000,
  },
});
