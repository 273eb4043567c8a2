import type { JSX } from "preact";
import { exactValue, wordOf } from "../../ui/format";
import { entryOf } from "../../ui/glossary";
import { needsKernel, UsersButton } from "../../ui/Segments";
import { useSnapshot, useView } from "../../ui/view";

export function Footer(): JSX.Element {
  const { store } = useView();
  const snapshot = useSnapshot();
  const { campaign, options, selection, status, fixed } = snapshot;
  const named = (view: string, value: number | null, words: string): string =>
    value === null
      ? view
      : `${view}: ${exactValue(value, entryOf(snapshot, "unique_users"))} ${wordOf(value, "user")} ${words}`;
  const action = campaign.actions.find((one) => one.id === selection.action);
  const without = selection.developers;
  const closed = fixed ? needsKernel : options.closed?.developers;
  return (
    <footer class="rw-footer">
      <UsersButton class="rw-button rw-primary" question={{ of: "campaign" }}>
        Users in campaign
      </UsersButton>
      {action && (
        <UsersButton question={{ of: "action", action: action.id }}>
          <span class="rw-clip">
            Users in action “<bdi>{action.name}</bdi>”
          </span>
        </UsersButton>
      )}
      {options.closed?.users && <span class="rw-muted">{options.closed.users}.</span>}
      <span class="rw-spring" />
      <button
        type="button"
        class="rw-button"
        aria-pressed={!without}
        disabled={closed !== undefined}
        data-testid="analytics"
        data-tip={closed ?? "The same campaign without developer profiles"}
        onClick={() => store.select({ developers: !selection.developers })}
      >
        {without
          ? named("View in Analytics", status.users_without_developers, "without developers")
          : named("View results", status.users_with_developers, "with developers")}
      </button>
    </footer>
  );
}
