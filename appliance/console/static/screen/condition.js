// What this window is like, as the box wants to know it (console/screen/condition.py).

const GREYS = 256;

export function isFullScreen() {
  return document.fullscreenElement !== null || matchMedia("(display-mode: fullscreen)").matches;
}

// Device pixels of an element that fills the window, as they change.
export function watchSize(element, changed) {
  const exact = new ResizeObserver((entries) => {
    const box = entries[0].devicePixelContentBoxSize[0];
    changed({ width_px: box.inlineSize, height_px: box.blockSize, is_exact: true });
  });
  try {
    exact.observe(element, { box: "device-pixel-content-box" });
  } catch {
    new ResizeObserver(() => {
      const { width, height } = element.getBoundingClientRect();
      changed({
        width_px: Math.round(width * devicePixelRatio),
        height_px: Math.round(height * devicePixelRatio),
        is_exact: false,
      });
    }).observe(element);
  }
}

export function condition(size, isAwake) {
  return {
    ...size,
    pixel_ratio: devicePixelRatio,
    zoom: zoom(),
    is_full_screen: isFullScreen(),
    is_visible: document.visibilityState === "visible",
    depth: screen.colorDepth,
    gamut: ["rec2020", "p3", "srgb"].find((each) => matches(`(color-gamut: ${each})`)) ?? "unknown",
    is_hdr: matches("(dynamic-range: high)"),
    is_awake: isAwake,
    keeps_levels: keepsLevels(),
  };
}

function matches(query) {
  return matchMedia(query).matches;
}

// The browser's own zoom, by keys or fingers; the frame of a window hides that of keys.
function zoom() {
  const keys = isFullScreen() && innerWidth > 0 ? outerWidth / innerWidth : 1;
  return (keys || 1) * (visualViewport?.scale ?? 1);
}

function keepsLevels() {
  const context = new OffscreenCanvas(GREYS, 1).getContext("2d", { willReadFrequently: true });
  for (let level = 0; level < GREYS; level += 1) {
    context.fillStyle = `rgb(${level}, ${level}, ${level})`;
    context.fillRect(level, 0, 1, 1);
  }
  const { data } = context.getImageData(0, 0, GREYS, 1);
  return data.every((value, at) => value === (at % 4 === 3 ? 255 : at >> 2));
}
