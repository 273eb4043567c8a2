import { defineConfig } from "vitest/config";

// The tests of what computes: they draw no widget, so that a mutant takes no longer than its tests.
export default defineConfig({
  test: {
    environment: "node",
    include: ["js/test/**/*.test.ts"],
    exclude: [
      "js/test/saved/host.test.ts",
      "js/test/features/action/mail.test.ts",
      "js/test/wire/{ask,store}.test.ts",
    ],
  },
});
