import { type Drawing, hatching, type Shape } from './shapes.ts';

/** The same as the SVG, in pixels: twice as many as the drawing has, for screens that have them. */
export async function toPng(drawing: Drawing, fontFamily: string): Promise<Uint8Array> {
  const scale = 2;
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil(drawing.width * scale);
  canvas.height = Math.ceil(drawing.height * scale);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('There is no canvas to draw on.');
  context.scale(scale, scale);
  context.fillStyle = drawing.background;
  context.fillRect(0, 0, drawing.width, drawing.height);
  for (const shape of drawing.shapes) draw(context, shape, fontFamily);
  return bytesOf(canvas);
}

function draw(context: CanvasRenderingContext2D, shape: Shape, fontFamily: string): void {
  switch (shape.kind) {
    case 'box': {
      const { x, y, width, height } = shape.box;
      context.fillStyle = shape.fill;
      context.fillRect(x, y, width, height);
      if (shape.stroke === undefined) return;
      context.strokeStyle = shape.stroke;
      context.lineWidth = 0.5;
      context.strokeRect(x, y, width, height);
      return;
    }
    case 'line':
      context.strokeStyle = shape.stroke;
      context.lineWidth = shape.width;
      context.setLineDash([...(shape.dash ?? [])]);
      context.beginPath();
      for (const [x, y] of shape.points) context.lineTo(x, y);
      context.stroke();
      context.setLineDash([]);
      return;
    case 'hatch':
      context.strokeStyle = shape.stroke;
      context.lineWidth = 0.75;
      context.beginPath();
      for (const [x1, y1, x2, y2] of hatching(shape.box)) {
        context.moveTo(x1, y1);
        context.lineTo(x2, y2);
      }
      context.stroke();
      return;
    case 'text':
      context.fillStyle = shape.fill;
      context.font = `${shape.isBold === true ? '600 ' : ''}${shape.size}px ${fontFamily}`;
      context.textAlign = shape.anchor === 'middle' ? 'center' : shape.anchor;
      context.fillText(shape.text, shape.x, shape.y);
  }
}

function bytesOf(canvas: HTMLCanvasElement): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  canvas.toBlob((blob) => {
    if (blob === null) reject(new Error('The picture is too large.'));
    else void blob.arrayBuffer().then((buffer) => resolve(new Uint8Array(buffer)), reject);
  }, 'image/png');
  return promise;
}
