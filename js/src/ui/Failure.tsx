// What the kernel refused, in words.
import type { JSX } from "preact";
import { RequestFailure } from "../wire/ask";
import type { RequestError } from "../wire/requests";
import { Mark } from "./icons";

export const failureOf = (error: unknown): RequestError =>
  error instanceof RequestFailure
    ? { message: error.message, hint: error.hint, limit: error.limit }
    : { message: String(error), hint: "" };

export function ErrorText({ failure }: { failure: RequestError }): JSX.Element {
  const { message, hint, limit } = failure;
  const words = /[.!?…]$/.test(message) || !hint ? `${message} ${hint}` : `${message}: ${hint}`;
  return limit ? (
    <p class="rw-muted" role="status">
      {words}
    </p>
  ) : (
    <p class="rw-trouble" role="alert">
      <Mark name="warn" /> {words}
    </p>
  );
}
