import { defineConfig } from "vitest/config";

// The tests of what computes: they draw no widget, so that a mutant takes no longer than its tests.
export default defineConfig({
  test: {
    environment: "node",
    include: ["js/test/**/*.test.ts"],
    exclude: [
      // They need a document, or test what is not mutated.
      "js/test/saved/host.test.ts",
      "js/test/features/action/mail.test.ts",
      "js/test/wire/{ask,store}.test.ts",
      // Hundreds of random flows: slow, and what they find the flows worked out by hand find too.
      "js/test/features/flow/layout.test.ts",
    ],
  },
});
