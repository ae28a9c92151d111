// Draws what the box sends, pixel by pixel, and reads it back.

const TABLE = new Int32Array(256).map((_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

// As zlib's; crypto.subtle is there with HTTPS only.
function crc32(bytes) {
  let value = -1;
  for (let at = 0; at < bytes.length; at += 1) {
    value = TABLE[(value ^ bytes[at]) & 255] ^ (value >>> 8);
  }
  return ~value >>> 0;
}

export class Pattern {
  constructor(canvas) {
    this.canvas = canvas;
    this.bitmap = null;
    this.mark = null;
    this.context = canvas.getContext("2d", {
      alpha: false,
      colorSpace: "srgb",
      willReadFrequently: true,
    });
  }

  // Each of the canvas's pixels is one of the device's.
  resize({ width_px: width, height_px: height }) {
    if (this.canvas.width === width && this.canvas.height === height) return;
    this.canvas.width = width;
    this.canvas.height = height;
    this.draw();
  }

  async decode(bytes) {
    return createImageBitmap(new Blob([bytes], { type: "image/png" }), {
      colorSpaceConversion: "none",
      premultiplyAlpha: "none",
    });
  }

  // Whether what was drawn is what was meant, before there is a mark on it.
  show(bitmap, mark, check) {
    this.bitmap?.close();
    this.bitmap = bitmap;
    this.mark = null;
    this.draw();
    const isRight = crc32(this.pixels()) === check;
    this.mark = mark;
    if (mark) this.draw();
    return isRight;
  }

  clear() {
    this.bitmap?.close();
    this.bitmap = null;
    this.draw();
  }

  pixels() {
    return this.context.getImageData(0, 0, this.canvas.width, this.canvas.height).data;
  }

  draw() {
    const { canvas, context } = this;
    context.imageSmoothingEnabled = false;
    context.fillStyle = "#000000";
    context.fillRect(0, 0, canvas.width, canvas.height);
    if (this.bitmap) context.drawImage(this.bitmap, 0, 0);
    if (this.bitmap && this.mark) this.drawMark(...this.mark);
  }

  // A ring and a cross, dark and light, so that they are seen on any level.
  drawMark(x, y) {
    const { canvas, context } = this;
    const unit = Math.min(canvas.width, canvas.height) / 100;
    const [middleX, middleY] = [x * canvas.width, y * canvas.height];
    for (const [style, width] of [["#000000", 1.2], ["#ffffff", 0.5]]) {
      context.strokeStyle = style;
      context.lineWidth = width * unit;
      context.beginPath();
      context.arc(middleX, middleY, 7 * unit, 0, 2 * Math.PI);
      context.moveTo(middleX - 10 * unit, middleY);
      context.lineTo(middleX + 10 * unit, middleY);
      context.moveTo(middleX, middleY - 10 * unit);
      context.lineTo(middleX, middleY + 10 * unit);
      context.stroke();
    }
  }
}
