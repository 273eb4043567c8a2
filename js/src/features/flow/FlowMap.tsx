// A small map of a large flow: where one is, and a press to go elsewhere.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Stage } from "./FlowStage";
import type { PlacedArm } from "./placement";

interface Props {
  placed: PlacedArm[];
  width: number;
  height: number;
  top: number;
  stage: Stage;
}

const room = { width: 150, height: 96 };

export function FlowMap({ placed, width, height, top, stage }: Props): JSX.Element {
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
      {placed.flatMap(({ layout, left }) =>
        layout.cards.map((card) => (
          <rect
            key={`${left} ${card.id}`}
            x={card.x + left}
            y={card.y + top}
            width={card.width}
            height={card.height}
            rx="14"
          />
        )),
      )}
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
