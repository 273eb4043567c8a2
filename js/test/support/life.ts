// What tests of drawn widgets share: a life that ends with each test, and time for what is drawn to settle.
import { afterEach, beforeEach } from "vitest";

/** Renewed before each test; whoever imports it sees the present one. */
export let life = new AbortController();

beforeEach(() => {
  life = new AbortController();
});
afterEach(() => {
  life.abort();
  document.body.replaceChildren();
});

export const settle = async (): Promise<void> => {
  for (let i = 0; i < 4; i++) await new Promise((resolve) => setTimeout(resolve, 5));
};
