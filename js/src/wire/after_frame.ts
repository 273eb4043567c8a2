// Work that can wait until what was just drawn is on screen.

/** Hidden pages make no frames: their work is done all the same, after so many ms. */
const longest = 100;

/** Calls back when the frame that is being made has been handed to the screen; gives what calls that off. */
export function afterFrame(call: () => void): () => void {
  let timer = setTimeout(call, longest);
  const frame = globalThis.requestAnimationFrame?.(() => {
    // Layout and paint follow in this very task.
    clearTimeout(timer);
    timer = setTimeout(call, 0);
  });
  return () => {
    clearTimeout(timer);
    if (frame !== undefined) cancelAnimationFrame(frame);
  };
}
