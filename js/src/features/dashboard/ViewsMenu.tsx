// Views: what is selected, kept under a name and opened again.
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { ErrorText, failureOf } from "../../ui/Failure";
import { Mark } from "../../ui/icons";
import { needsKernel } from "../../ui/Segments";
import { useSnapshot, useView } from "../../ui/view";
import type { RequestError } from "../../wire/requests";
import { HeaderMenu } from "./HeaderMenu";
import { viewWords } from "./view_words";

function Panel({ close }: { close: () => void }): JSX.Element {
  const { store, signal } = useView();
  const snapshot = useSnapshot();
  const { views, kernel } = snapshot;
  const [name, setName] = useState("");
  const [said, setSaid] = useState<string[]>([]);
  const [failure, setFailure] = useState<RequestError | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const ask = (what: "save" | "open" | "delete", of: string): void => {
    store.ask("views", { what, name: of }).then(
      ({ missing }) => {
        if (signal.aborted) return;
        setSaid(missing.map((one) => `${one}.`));
        setFailure(null);
        if (what === "save") setName("");
        // The pressed button disappears with the view.
        if (what === "delete") field.current?.focus({ preventScroll: true });
        if (what === "open" && missing.length === 0) close();
      },
      (error: unknown) => {
        if (signal.aborted) return;
        setSaid([]);
        setFailure(failureOf(error));
      },
    );
  };
  const save = (event: Event): void => {
    event.preventDefault();
    if (name.trim() !== "") ask("save", name);
  };
  return (
    <div class="rw-pop rw-views-pop" role="dialog" aria-label="Views">
      {views.length === 0 && (
        <p class="rw-muted">
          A view saves the current selection: range, zone, definitions, clock, variant, breakdown
          and chart.
        </p>
      )}
      <ul>
        {views.map((view) => (
          <li key={view.name}>
            <button
              type="button"
              class="rw-view-open"
              disabled={!kernel}
              data-tip={viewWords(view, snapshot)}
              onClick={() => ask("open", view.name)}
            >
              <bdi>{view.name}</bdi>
              <small class="rw-muted">{viewWords(view, snapshot)}</small>
            </button>
            <button
              type="button"
              class="rw-iconbutton"
              disabled={!kernel}
              aria-label={`Delete the view ${view.name}`}
              onClick={() => ask("delete", view.name)}
            >
              <Mark name="close" />
            </button>
          </li>
        ))}
      </ul>
      {failure && <ErrorText failure={failure} />}
      {said.length > 0 && (
        <p role="status" data-testid="views-said">
          {said.join(" ")}
        </p>
      )}
      {kernel ? (
        <form onSubmit={save}>
          <input
            ref={field}
            type="text"
            aria-label="Name of the view"
            placeholder="Name this view"
            maxLength={200}
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
          <button type="submit" class="rw-button">
            Keep
          </button>
        </form>
      ) : (
        <p class="rw-muted">{needsKernel}</p>
      )}
    </div>
  );
}

export function ViewsMenu(): JSX.Element {
  return (
    <HeaderMenu name="Views" mark="view" testid="views">
      {(close) => <Panel close={close} />}
    </HeaderMenu>
  );
}
