// The chart as a file, in the colours it has now; where the page may save no files, as a picture to save by hand.
import type { JSX } from "preact";
import { CloseButton, Quiet } from "../../ui/Controls";
import { fileName, saveFile, saving } from "../../ui/download";
import { useView } from "../../ui/view";
import type { Chart, Words } from "./charts";

/** The chart that was last to be saved. */
export interface Picture {
  url: string;
  said: string;
}

const byHand =
  "(its sandbox lacks allow-downloads). Save or copy the picture from its context menu.";
const reasons = {
  forbidden: `The frame around this page does not allow it to save files ${byHand}`,
  unknown: `If no file was saved, the frame around this page does not allow it ${byHand}`,
};

const asText = (svg: string): string =>
  `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;

interface Props {
  drawn: { current: Chart | null };
  words: Words;
  onPicture: (picture: Picture | null) => void;
}

export function SaveButtons({ drawn, words, onPicture }: Props): JSX.Element {
  const { root } = useView();
  const take = async (kind: "png" | "svg", chart: Chart): Promise<void> => {
    const url = kind === "svg" ? asText(await chart.toSVG(words)) : await chart.toPNG(words);
    const able = saving(root.ownerDocument.defaultView ?? window);
    if (able !== "forbidden") saveFile(`${fileName(words.title)}.${kind}`, url, root);
    onPicture(able === "allowed" ? null : { url, said: reasons[able] });
  };
  const save = (kind: "png" | "svg"): void => {
    if (!drawn.current) return;
    take(kind, drawn.current).catch((error: unknown) => {
      console.error("results-widgets: the chart could not be saved", error);
      onPicture({
        url: "",
        said: "No file could be made; the table holds the numbers.",
      });
    });
  };
  return (
    <>
      {(["png", "svg"] as const).map((kind) => (
        <Quiet
          key={kind}
          aria-label={`Save the chart as ${kind.toUpperCase()}`}
          onClick={() => save(kind)}
        >
          {kind.toUpperCase()}
        </Quiet>
      ))}
    </>
  );
}

/** Why there may be no file, and the picture instead. */
export function PictureNotice({
  picture,
  title,
  onClose,
}: {
  picture: Picture;
  title: string;
  onClose: () => void;
}): JSX.Element {
  return (
    <div class="rw-notice rw-picture" role="status" data-testid="picture">
      <div>
        {picture.said}
        {picture.url && <img src={picture.url} alt={title} />}
      </div>
      <CloseButton label="Close this notice" onClose={onClose} />
    </div>
  );
}
