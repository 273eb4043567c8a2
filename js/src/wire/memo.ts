// What bytes give, kept while they stay the same.
import type { Bytes } from "./serialization";

/** Decode only when the bytes are others than last time; unreadable bytes keep the last good value. */
export function memo<T>(read: (bytes: Bytes | undefined) => T): (bytes: Bytes | undefined) => T {
  let last: { bytes: Bytes | undefined; value: T } | null = null;
  return (bytes) => {
    if (last && last.bytes === bytes) return last.value;
    let value: T;
    try {
      value = read(bytes);
    } catch (error) {
      console.error("results-widgets: unreadable data", error);
      value = last ? last.value : read(null);
    }
    last = { bytes, value };
    return value;
  };
}
