import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { AudienceDetails } from "./features/audience/AudienceDetails";
import { Overlap, type Parts } from "./features/audience/Overlap";
import { LeftOutNotice } from "./ui/Banners";
import { ErrorText, failureOf } from "./ui/Failure";
import { widget } from "./ui/mount";
import { SegmentsProvider } from "./ui/Segments";
import { useSnapshot, useView } from "./ui/view";
import { noTables } from "./wire/frames";
import type { RequestError } from "./wire/requests";

/** The kernel opens the first segment when the widget is made, under this name. */
const atFirst = 1;

function Audience(): JSX.Element {
  const { store, signal } = useView();
  const {
    audience: { sets, overlap, segment, left_out: leftOut },
  } = useSnapshot();
  const [chosen, setChosen] = useState<{ token: number; parts: Parts } | null>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<RequestError | null>(null);
  const first = { token: atFirst, parts: sets.map((_, i) => (i === 0 ? true : null)) };
  const { token, parts } = chosen ?? first;
  const choose = (wanted: Parts): void => {
    if (busy) return;
    setBusy(true);
    store
      .ask("segment", { parts: wanted })
      .then(
        ({ token }) => setChosen({ token, parts: wanted }),
        (error: unknown) => !signal.aborted && setFailure(failureOf(error)),
      )
      .finally(() => !signal.aborted && setBusy(false));
    setFailure(null);
  };
  return (
    <SegmentsProvider>
      {leftOut && <LeftOutNotice found={leftOut} />}
      {sets.length > 1 && (
        <Overlap
          sets={sets}
          overlap={overlap}
          chosen={segment?.token === token ? parts : null}
          busy={busy}
          onChoose={choose}
        />
      )}
      {failure && <ErrorText failure={failure} />}
      {segment ? (
        <section
          class="rw-panel rw-audience"
          aria-label="Audience details"
          data-testid="audience"
          data-size={segment.size}
        >
          <AudienceDetails head={segment} code="audience.segment" />
        </section>
      ) : (
        <p class="rw-note">No segment is open.</p>
      )}
    </SegmentsProvider>
  );
}

export default widget("rw-audience", Audience, noTables);
