// A segment in detail: its size, reach per channel, how it differs, a sample of users, and a form to save it.

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { CloseButton, CopyButton } from "../../ui/Controls";
import { ErrorText, failureOf } from "../../ui/Failure";
import { exact, plural, rate, wordOf } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { needsKernel, SegmentNotice, useSegments } from "../../ui/Segments";
import { useSnapshot, useView } from "../../ui/view";
import type { Reach, SegmentWithReach } from "../../wire/audience";
import type { RequestError, SavedSegment } from "../../wire/requests";
import { Placeholder, slowPatience, useKernelReply } from "./answer";
import { Profile } from "./Profile";
import { Sample } from "./Sample";

function Bar({ share }: { share: number | null }): JSX.Element {
  return (
    <span class="rw-bar" aria-hidden="true">
      <span class="rw-bar-base" />
      {share !== null && share > 0 && (
        <span class="rw-bar-fill" style={{ width: `${share * 100}%` }} />
      )}
    </span>
  );
}

function Size({ head }: { head: SegmentWithReach }): JSX.Element {
  const { campaign } = head;
  const share = campaign && campaign.users > 0 ? campaign.entered / campaign.users : null;
  return (
    <div class="rw-size" data-testid="audience-size" data-value={head.size}>
      <p>
        <b>{exact(head.size)}</b> {wordOf(head.size, "user")}
      </p>
      {campaign && (
        <>
          <Bar share={share} />
          <p
            class="rw-muted"
            data-tip={`${exact(campaign.entered)} of ${plural(campaign.users, "user")} with an entry`}
          >
            {rate(share)} of the {plural(campaign.users, "user")} in <bdi>{campaign.name}</bdi>
          </p>
        </>
      )}
    </div>
  );
}

function lost(row: Reach): string {
  const reasons = [
    `${exact(row.bounced)} bounced`,
    `${exact(row.unsubscribed)} unsubscribed`,
    `${exact(row.marked_as_spam)} marked as spam`,
  ];
  return reasons.filter((words) => !words.startsWith("0 ")).join(" · ");
}

function ReachRow({ row }: { row: Reach }): JSX.Element {
  const why = lost(row);
  return (
    <li
      data-channel={row.channel}
      data-value={row.reachable}
      data-tip={`${row.label}: ${exact(row.reachable)} of ${exact(row.users)} can be reached${why && `; left out: ${why}`}`}
    >
      <span class="rw-reach-name">
        <Icon name={row.icon} />
        <span class="rw-clip" dir="auto">
          {row.label}
        </span>
      </span>
      <span class="rw-reach-count">{exact(row.reachable)}</span>
      <Bar share={row.share} />
      <span class="rw-reach-rate">{rate(row.share)}</span>
      <span class="rw-reach-more">
        {exact(row.active_7d)} active in the last 7 days{why && ` · ${why}`}
      </span>
    </li>
  );
}

function Reached({ head }: { head: SegmentWithReach }): JSX.Element | null {
  const asked = useKernelReply("reach", head.token, head.reach === undefined && head.size > 0);
  const rows = head.reach ?? asked.value;
  if (head.size === 0 || (rows && rows.length === 0)) return null;
  return (
    <section
      class="rw-section"
      aria-label="Who can be reached"
      aria-busy={asked.busy}
      data-testid="reach"
    >
      <h4>Who can be reached</h4>
      {asked.failure && <ErrorText failure={asked.failure} />}
      {rows ? (
        <ul class="rw-reach">
          {rows.map((row) => (
            <ReachRow key={row.channel} row={row} />
          ))}
        </ul>
      ) : (
        !asked.failure && <Placeholder rows={3} />
      )}
    </section>
  );
}

/** Saves under a name in the widget's store, or without one until the kernel ends. */
function Save({ head }: { head: SegmentWithReach }): JSX.Element {
  const { store, signal } = useView();
  const { kernel } = useSnapshot();
  const [name, setName] = useState(head.name);
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState<SavedSegment | RequestError | null>(null);
  const id = useId();
  const save = (event: Event): void => {
    event.preventDefault();
    if (busy || !kernel) return;
    setBusy(true);
    store
      .ask("save", { token: head.token, name }, slowPatience)
      .catch(failureOf)
      .then((result) => {
        if (signal.aborted) return;
        setDone(result);
        setBusy(false);
      });
  };
  return (
    <form class="rw-save" onSubmit={save} data-testid="save-segment">
      <label for={id}>Save as</label>
      <input
        id={id}
        type="text"
        value={name}
        maxLength={200}
        required
        disabled={!kernel}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <button
        type="submit"
        class="rw-button"
        aria-disabled={busy}
        disabled={!kernel}
        data-tip={kernel ? undefined : needsKernel}
      >
        Save
      </button>
      {done && "message" in done && <ErrorText failure={done} />}
      {done && "version" in done && (
        <p role="status" data-testid="saved">
          {done.version === null
            ? "Kept until the kernel ends: "
            : `Saved as version ${done.version}: `}
          <span class="rw-code">
            <code>{done.code}</code>
            <CopyButton label={`Copy ${done.code}`} text={() => done.code} />
          </span>
          {done.keep && (
            <span class="rw-muted" data-testid="keep">
              {" "}
              To keep it in a file, run{" "}
              <span class="rw-code">
                <code>{done.keep}</code>
                <CopyButton label={`Copy ${done.keep}`} text={() => done.keep} />
              </span>{" "}
              and save again.
            </span>
          )}
        </p>
      )}
    </form>
  );
}

interface DetailsProps {
  head: SegmentWithReach;
  /** The Python expression that holds the segment. */
  code: string;
  children?: ComponentChildren;
}

/** Details of one segment; children go into the upper right corner. */
export function AudienceDetails({ head, code, children }: DetailsProps): JSX.Element {
  const users = `${head.code ?? code}.users`;
  return (
    <>
      <header class="rw-audience-head">
        <h3 tabIndex={-1} data-testid="audience-name">
          <bdi>{head.name}</bdi>
        </h3>
        <span class="rw-code">
          <code>{users}</code>
          <CopyButton label={`Copy ${users}`} text={() => users} />
        </span>
        {children}
        <p class="rw-muted" data-testid="audience-rule">
          <bdi>{head.rule}</bdi>
        </p>
      </header>
      <div class="rw-audience-body">
        <div class="rw-section">
          <Size head={head} />
          <Reached key={`reach ${head.token}`} head={head} />
          <Save key={`save ${head.token}`} head={head} />
        </div>
        <div class="rw-section">
          {head.size === 0 ? (
            <p class="rw-note">
              No users so far. The segment can still be combined and saved, and evaluated again
              later.
            </p>
          ) : head.campaign ? (
            <Profile key={`profile ${head.token}`} head={head} />
          ) : (
            <p class="rw-note">
              These users came from a table or a file. Pass the results of a campaign to also see
              their reach and profile: rw.Audience(segment, results=results)
            </p>
          )}
        </div>
      </div>
      {head.size > 0 && <Sample key={`sample ${head.token}`} head={head} />}
    </>
  );
}

/** The details of what was asked for by a click, until they are closed; focus goes there and comes back. */
export function AudiencePanel(): JSX.Element | null {
  const { found, failure, clear } = useSegments();
  const box = useRef<HTMLElement>(null);
  const opener = useRef<Element | null>(null);
  useEffect(() => {
    const active = box.current?.ownerDocument.activeElement ?? null;
    if (!found || !box.current) return;
    if (!box.current.contains(active)) opener.current = active;
    box.current.querySelector<HTMLElement>("h3")?.focus({ preventScroll: true });
    box.current.scrollIntoView?.({ block: "nearest" });
  }, [found]);
  if (failure || !found) return <SegmentNotice />;
  const close = (): void => {
    clear();
    if (opener.current instanceof HTMLElement) opener.current.focus();
  };
  return (
    <section
      ref={box}
      class="rw-panel rw-audience"
      aria-label={`${plural(found.size, "user")}: ${found.name}`}
      data-testid="segment-notice"
      data-size={found.size}
    >
      <AudienceDetails head={found} code="dashboard.segment">
        <CloseButton label="Close the users" onClose={close} />
      </AudienceDetails>
    </section>
  );
}
