// The script of pages of single widgets, such as the demo pages. It reads one JSON block of the page,
//   <script type="application/json" data-rw-page>{"modules": {name: source}, "widgets": [{module, target, state}]}</script>
// and draws each widget into the element whose id is its target.
import { HostModel } from "./saved/host";
import { openPage, type Page } from "./saved/open_page";

export { HostModel, openPage };

const block = document.querySelector("script[data-rw-page]");
if (block?.textContent) {
  const life = new AbortController();
  void openPage(JSON.parse(block.textContent) as Page, life.signal).then((models) => {
    (globalThis as { rwModels?: unknown }).rwModels = models;
    document.documentElement.setAttribute("data-rw-ready", "");
  });
}
