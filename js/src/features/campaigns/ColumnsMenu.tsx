// Which columns the table has.
import type { JSX } from "preact";
import { Mark } from "../../ui/icons";
import { Group } from "../../ui/regions";
import type { CampaignChoice } from "../../wire/campaigns";
import { HeaderMenu } from "../dashboard/HeaderMenu";
import { type Head, toggled, usual } from "./columns";

interface Props {
  choice: CampaignChoice;
  choose: (patch: Partial<CampaignChoice>) => void;
  heads: Head[];
}

export function ColumnsMenu({ choice, choose, heads }: Props): JSX.Element {
  const { columns, sort } = choice;
  const press = (column: string): void => {
    const next = toggled(columns, column, heads);
    // Rows are never sorted by a column that is hidden.
    const unseen = sort === column && !next.includes(column);
    choose({ columns: next, ...(unseen ? { sort: null } : {}) });
  };
  return (
    <HeaderMenu name="Columns" testid="columns">
      {() => (
        <div class="rw-pop" role="dialog" aria-label="Columns">
          <Group class="rw-pop-list" label="Columns" roving>
            {heads.map(({ column, label, unit, text }) => (
              <button
                key={column}
                type="button"
                aria-pressed={columns.includes(column)}
                data-column={column}
                data-tip={text}
                onClick={() => press(column)}
              >
                <span>
                  {label} <span class="rw-muted">{unit}</span>
                </span>
                {columns.includes(column) && <Mark name="check" />}
              </button>
            ))}
          </Group>
          <button
            type="button"
            class="rw-button rw-quiet"
            disabled={columns.join() === usual.join()}
            onClick={() => choose({ columns: usual })}
          >
            The usual columns
          </button>
        </div>
      )}
    </HeaderMenu>
  );
}
