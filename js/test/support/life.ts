// What tests of drawn widgets share: a life that ends with each test, and time for what is drawn to settle.

/** Renewed before each test (see `setup.ts`); whoever imports it sees the present one. */
export let life = new AbortController();

/** Begin the life of a test. */
export const begin = (): void => {
  life = new AbortController();
};

/** End it, and take away what was drawn. */
export const end = (): void => {
  life.abort();
  globalThis.document?.body.replaceChildren();
};

export const settle = async (): Promise<void> => {
  for (let i = 0; i < 4; i++) await new Promise((resolve) => setTimeout(resolve, 5));
};
