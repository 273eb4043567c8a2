import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Trouble, failureOf } from "./components/Answer";
import { AudienceDetails } from "./components/Audience";
import { Overlap, type Parts } from "./components/Overlap";
import { SegmentsProvider } from "./components/Segments";
import type { Head } from "./lib/audience";
import { useSnapshot, useView } from "./lib/model";
import { widget } from "./lib/mount";
import type { RequestError } from "./lib/request";

/** The kernel opens the first segment when the widget is made, under this name. */
const atFirst = 1;

function Audience(): JSX.Element {
  const { store, signal } = useView();
  const {
    audience: { sets, overlap, segment },
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
      .ask({ kind: "segment", parts: wanted })
      .then(
        (reply) => setChosen({ token: (reply.segment as Head).token, parts: wanted }),
        (error: unknown) => !signal.aborted && setFailure(failureOf(error)),
      )
      .finally(() => !signal.aborted && setBusy(false));
    setFailure(null);
  };
  return (
    <SegmentsProvider>
      {sets.length > 1 && (
        <Overlap
          sets={sets}
          overlap={overlap}
          chosen={segment?.token === token ? parts : null}
          busy={busy}
          onChoose={choose}
        />
      )}
      {failure && <Trouble failure={failure} />}
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

export default widget("rw-audience", Audience);
