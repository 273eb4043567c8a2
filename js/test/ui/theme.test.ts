// @vitest-environment happy-dom
import { expect, it, vi } from "vitest";
import { watchTheme } from "../../src/ui/theme";

/** Gives what observers see, and two frames after it, time to be told. */
const seen = (): Promise<void> => new Promise((done) => setTimeout(done, 80));

it("tells of another look, and not of classes that change none", async () => {
  const cell = document.createElement("div");
  const root = document.createElement("div");
  cell.append(root);
  document.body.append(cell);
  const life = new AbortController();
  const told = vi.fn();
  watchTheme(root, life.signal, told);
  cell.className = "selected";
  await seen();
  expect(told).toHaveBeenCalledTimes(1);
  cell.className = "";
  await seen();
  cell.className = "selected";
  await seen();
  expect(told).toHaveBeenCalledTimes(1);
  cell.setAttribute("data-theme", "dark");
  await seen();
  expect(told).toHaveBeenCalledTimes(2);
  expect(root.dataset.rwTheme).toBe("dark");
  root.style.setProperty("--rw-ink", "#eeeeee");
  cell.className = "";
  await seen();
  expect(told).toHaveBeenCalledTimes(3);
  life.abort();
  cell.remove();
});
