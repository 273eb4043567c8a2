import { expect, it } from "vitest";
import { nested } from "../nest.mjs";

it("says the root once for neighbours that stand under it, in their order", () => {
  expect(
    nested(".rw .a{color:red}.rw .b,.rw :is(.c,.d)>i{gap:0}.rw.e .f{top:0}.rw .g{top:1px}"),
  ).toBe(".rw{.a{color:red}.b,:is(.c,.d)>i{gap:0}}.rw.e .f{top:0}.rw{.g{top:1px}}");
});

it("looks into what asks for a medium, and leaves elements, key frames and what is quoted", () => {
  const left = '.rw h2,.rw .h{top:0}@keyframes rw-x{0%{top:0}}.rw .rw-y:after{content:"}.rw .z{"}';
  expect(nested(`@media print{.rw .a{top:0}.rw .b{top:0}}${left}`)).toBe(
    `@media print{.rw{.a{top:0}.b{top:0}}}${left.replace(".rw .rw-y", ".rw{.rw-y")}}`,
  );
});
