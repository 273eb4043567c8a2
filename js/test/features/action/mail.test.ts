// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { isMarkup, mailDocument } from "../../../src/features/action/mail";

describe("an email's body", () => {
  const evil = `<html><head><style>p{color:red}</style><base href="//x"></head><body onload="x()"><script>x()</script>
    <meta http-equiv="refresh" content="0;url=https://x"><p onclick="x()">Hi <a href="https://shop.example.com/new" ping="//x">shop</a></p>
    <img src="https://x/pixel.gif"><img src="data:image/png;base64,AA=="><object data="//x"></object><form action="//x"><input autofocus></form></body></html>`;
  const page = mailDocument(evil);

  it("keeps what is read and loses what acts or asks", () => {
    expect(page).toContain('Hi <a data-href="https://shop.example.com/new">shop</a>');
    expect(page).toContain("data:image/png");
    expect(page).toContain("p{color:red}");
    for (const gone of [
      "<script",
      "onload",
      "onclick",
      "ping",
      "pixel.gif",
      "<object",
      "<form",
      "<input",
      "refresh",
      "<base",
    ])
      expect(page).not.toContain(gone);
  });
  it("carries a policy that forbids every request", () => {
    expect(page).toContain("default-src 'none'; style-src 'unsafe-inline'; img-src data:");
  });
  it("is there without a body, as in an email made of frames", () => {
    const frames = '<html><head></head><frameset cols="1,1"><frame src="//x"></frameset></html>';
    expect(mailDocument(frames)).toContain("</body>");
    expect(mailDocument(frames)).not.toContain("frameset");
  });
  it("is told from plain text", () => {
    expect([isMarkup("<p>x</p>"), isMarkup("a < b and c > d"), isMarkup("Hello {{name}}")]).toEqual(
      [true, false, false],
    );
  });
});
