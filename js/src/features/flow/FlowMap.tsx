// A small map of a flow of which a part is out of sight: where one is, and a press to go elsewhere.
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Stage } from "./FlowStage";
import type { PlacedArm } from "./placement";

interface Props {
  placed: PlacedArm[];
  width: number;
  height: number;
  top: number;
  stage: Stage;
  hits: string[];
}

const room = { width: 208, height: 84 };

export function FlowMap({ placed, width, height, top, stage, hits }: Props): JSX.Element {
  const [seen, setSeen] = useState({ x: 0, y: 0, width: 0, height: 0 });
  const scale = Math.min(room.width / width, room.height / height);
  useEffect(() => {
    const box = stage.ref.current;
    if (!box) return;
    const look = (): void =>
      setSeen({
        x: box.scrollLeft / stage.scale,
        y: box.scrollTop / stage.scale,
        width: box.clientWidth / stage.scale,
        height: box.clientHeight / stage.scale,
      });
    look();
    box.addEventListener("scroll", look, { passive: true });
    return () => box.removeEventListener("scroll", look);
  }, [stage.scale, width, height]);
  const go = (event: PointerEvent): void => {
    const box = stage.ref.current;
    if (!box || (event.type === "pointermove" && event.buttons !== 1)) return;
    const own = (event.currentTarget as Element).getBoundingClientRect();
    box.scrollTo(
      ((event.clientX - own.left) / scale) * stage.scale - box.clientWidth / 2,
      ((event.clientY - own.top) / scale) * stage.scale - box.clientHeight / 2,
    );
  };
  // While the flow is moved only the frame is drawn again.
  const cards = useMemo(
    () =>
      placed.flatMap(({ layout, left }) =>
        layout.cards.map((card) => (
          <rect
            key={`${left} ${card.id}`}
            class={hits.includes(card.id) ? "rw-map-hit" : undefined}
            x={card.x + left}
            y={card.y + top}
            width={card.width}
            height={card.height}
            rx="14"
          />
        )),
      ),
    [placed, hits],
  );
  return (
    <svg
      class="rw-map"
      width={width * scale}
      height={height * scale}
      viewBox={`0 0 ${width} ${height}`}
      aria-hidden="true"
      data-testid="flow-map"
      onPointerDown={go}
      onPointerMove={go}
    >
      {cards}
      <rect
        class="rw-map-seen"
        x={seen.x}
        y={seen.y}
        width={Math.min(seen.width, width)}
        height={Math.min(seen.height, height)}
      />
    </svg>
  );
}
