// Entries of each week by their age: how many had converted by then. A tint of one colour helps the eye, every cell has its number.
import type { JSX } from "preact";
import { ScrollRegion } from "../../ui/regions";
import { capitalised } from "../../ui/text";
import type { RipeningRow, Ripening as Table } from "../../wire/experiment";

/** Per cent of the colour in the cell of the largest rate; text stays legible on it. */
const strongest = 30;

function Rate({ rate, most }: { rate: RipeningRow["rates"][number]; most: number }): JSX.Element {
  const [share, text] = rate;
  const tint = most > 0 ? `${((share / most) * strongest).toFixed(1)}%` : "0%";
  return <td style={{ "--rw-heat": tint }}>{text}</td>;
}

function Row({ row, ages, most }: { row: RipeningRow; ages: number; most: number }): JSX.Element {
  const open = ages - row.rates.length;
  return (
    <tr class={row.few ? "rw-few" : undefined}>
      <th scope="row">{row.start}</th>
      <td class="rw-ripening-entries">
        {row.few && "only "}
        {row.entries}
      </td>
      {row.rates.map((rate, index) => (
        <Rate key={index} rate={rate} most={row.few ? 0 : most} />
      ))}
      {open > 0 && (
        <td class="rw-not-yet" colSpan={open}>
          <span>not yet</span>
        </td>
      )}
    </tr>
  );
}

export function Ripening({ found }: { found: Table }): JSX.Element {
  const { unit, ages, rows, note } = found;
  const sure = rows.filter((row) => !row.few);
  const most = Math.max(0, ...sure.flatMap((row) => row.rates.map(([share]) => share)));
  const title = `How conversions ripen, by ${unit} of entry`;
  return (
    <section class="rw-panel rw-ripening" data-testid="ripening">
      <div class="rw-experiment-head">
        <h4>{title}</h4>
      </div>
      {rows.length === 0 ? (
        <p class="rw-muted">{note}</p>
      ) : (
        <>
          <ScrollRegion class="rw-ripening-scroll" label={title}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{capitalised(unit)}</th>
                  <th scope="col">Entries</th>
                  {ages.map((age) => (
                    <th key={age} scope="col">
                      {age}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <Row key={row.start} row={row} ages={ages.length} most={most} />
                ))}
              </tbody>
            </table>
          </ScrollRegion>
          <p class="rw-caption">
            Share of the entries of each {unit} that had converted by each age; a stronger tint is a
            higher share. Not yet, hatched: not every entry of the {unit} is that old.
            {rows.some((row) => row.few) && " Grey italics: too few entries to say much."}
          </p>
        </>
      )}
    </section>
  );
}
