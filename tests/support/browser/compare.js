// Pictures as numbers, in the browser that took them: compared, and made small enough to keep.
// Arguments and results are base64 PNGs; see tests/support/browser/picture.py.
const load = async (base64) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return createImageBitmap(new Blob([bytes], { type: "image/png" }));
};

const pixels = (bitmap, scale = 1) => {
  const [width, height] = [Math.ceil(bitmap.width * scale), Math.ceil(bitmap.height * scale)];
  const pen = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  pen.imageSmoothingQuality = "high";
  pen.drawImage(bitmap, 0, 0, width, height);
  return { pen, width, height, data: pen.getImageData(0, 0, width, height).data };
};

const base64 = async (canvas) => {
  const bytes = new Uint8Array(
    await (await canvas.convertToBlob({ type: "image/png" })).arrayBuffer(),
  );
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
};

/**
 * Where two pictures differ, at half their size, where the edges of letters are the same on machines that smooth them
 * differently. `worst` is the share of the most different square of 16 pixels, `share` that of all; a square is red in
 * `marked` when it differs.
 */
const compare = async ([kept, taken, colour]) => {
  const [before, after] = await Promise.all([load(kept), load(taken)]);
  if (before.width !== after.width || before.height !== after.height) {
    return {
      size: `${before.width} × ${before.height} before, ${after.width} × ${after.height} now`,
    };
  }
  const [one, other] = [pixels(before, 0.5), pixels(after, 0.5)];
  const square = 16;
  const columns = Math.ceil(one.width / square);
  const counts = new Array(columns * Math.ceil(one.height / square)).fill(0);
  let all = 0;
  for (let at = 0; at < one.data.length; at += 4) {
    const far = Math.max(
      ...[0, 1, 2].map((part) => Math.abs(one.data[at + part] - other.data[at + part])),
    );
    if (far <= colour) continue;
    const pixel = at / 4;
    counts[
      Math.floor(pixel / one.width / square) * columns + Math.floor((pixel % one.width) / square)
    ] += 1;
    all += 1;
  }
  const full = pixels(after);
  full.pen.fillStyle = "rgba(255, 0, 0, 0.35)";
  counts.forEach((count, at) => {
    if (count > 0)
      full.pen.fillRect(
        (at % columns) * square * 2,
        Math.floor(at / columns) * square * 2,
        square * 2,
        square * 2,
      );
  });
  return {
    worst: Math.max(...counts) / square ** 2,
    share: all / (one.width * one.height),
    marked: await base64(full.pen.canvas),
  };
};

/** The picture in at most 256 colours: the palette, and a number for each pixel. */
const palette = async (picture) => {
  const { width, height, data } = pixels(await load(picture));
  const coarse = (value) => Math.min(255, Math.round(value / 8) * 8);
  const found = new Map();
  const keys = new Uint32Array(width * height);
  for (let pixel = 0; pixel < keys.length; pixel++) {
    const [red, green, blue] = [0, 1, 2].map((part) => coarse(data[4 * pixel + part]));
    const key = (red << 16) | (green << 8) | blue;
    keys[pixel] = key;
    found.set(key, (found.get(key) ?? 0) + 1);
  }
  const parts = (key) => [key >> 16, (key >> 8) & 255, key & 255];
  const order = [...found.keys()].sort((a, b) => found.get(b) - found.get(a) || a - b);
  const kept = order.slice(0, 256).map(parts);
  const near = (key) => {
    const own = parts(key);
    const far = (other) => own.reduce((sum, part, i) => sum + (part - other[i]) ** 2, 0);
    return kept.reduce((best, other, i) => (far(other) < far(kept[best]) ? i : best), 0);
  };
  const places = new Map(order.map((key, i) => [key, i < 256 ? i : near(key)]));
  const bytes = Uint8Array.from(keys, (key) => places.get(key));
  return {
    width,
    height,
    colours: kept,
    bytes: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")),
  };
};
