// A path, built twice: as SVG text to draw, and as points for what must know where it runs (labels, tests).

export interface Point {
  x: number;
  y: number;
}

export class Path {
  #parts: string[] = [];
  readonly points: Point[] = [];

  get d(): string {
    return this.#parts.join("");
  }

  get end(): Point {
    return this.points[this.points.length - 1] ?? { x: 0, y: 0 };
  }

  move(x: number, y: number): this {
    this.#parts.push(`M${x} ${y}`);
    this.points.push({ x, y });
    return this;
  }

  line(x: number, y: number): this {
    const from = this.end;
    for (let i = 1; i <= 24; i++)
      this.points.push({
        x: from.x + ((x - from.x) * i) / 24,
        y: from.y + ((y - from.y) * i) / 24,
      });
    this.#parts.push(`L${x} ${y}`);
    return this;
  }

  curve(ax: number, ay: number, bx: number, by: number, x: number, y: number): this {
    const from = this.end;
    for (let i = 1; i <= 24; i++) {
      const t = i / 24;
      const [a, b, c, d] = [(1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t ** 2, t ** 3];
      this.points.push({
        x: a * from.x + b * ax + c * bx + d * x,
        y: a * from.y + b * ay + c * by + d * y,
      });
    }
    this.#parts.push(`C${ax} ${ay} ${bx} ${by} ${x} ${y}`);
    return this;
  }
}
