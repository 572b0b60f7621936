import { type Drawing, hatching, type Shape } from './shapes.ts';

export interface SvgOptions {
  /** Such as `174mm`; absent: as many pixels as the drawing has. */
  readonly width?: string;
  readonly fontFamily: string;
}

/** A file of its own: colours resolved, text as text. */
export function toSvg(drawing: Drawing, { width, fontFamily }: SvgOptions): string {
  const size = `width="${width ?? drawing.width}" viewBox="0 0 ${round(drawing.width)} ${round(drawing.height)}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" font-family="${escaped(fontFamily)}">`,
    `<title>${escaped(drawing.title)}</title>`,
    `<rect width="100%" height="100%" fill="${drawing.background}"/>`,
    ...drawing.shapes.map(toElement),
    '</svg>',
    '',
  ].join('\n');
}

function toElement(shape: Shape): string {
  switch (shape.kind) {
    case 'box': {
      const { x, y, width, height } = shape.box;
      const stroke = shape.stroke === undefined ? '' : ` stroke="${shape.stroke}" stroke-width="0.5"`;
      return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" fill="${shape.fill}"${stroke}/>`;
    }
    case 'line': {
      const points = shape.points.map(([x, y]) => `${round(x)},${round(y)}`).join(' ');
      const dash = shape.dash === undefined ? '' : ` stroke-dasharray="${shape.dash.join(' ')}"`;
      return `<polyline points="${points}" fill="none" stroke="${shape.stroke}" stroke-width="${shape.width}"${dash}/>`;
    }
    case 'hatch': {
      const lines = hatching(shape.box).map((line) => line.map(round));
      const path = lines.map(([x1, y1, x2, y2]) => `M${x1} ${y1}L${x2} ${y2}`).join('');
      return `<path d="${path}" stroke="${shape.stroke}" stroke-width="0.75"/>`;
    }
    case 'text': {
      const weight = shape.isBold === true ? ' font-weight="600"' : '';
      const place = `x="${round(shape.x)}" y="${round(shape.y)}" font-size="${shape.size}" text-anchor="${shape.anchor}"`;
      return `<text ${place} fill="${shape.fill}"${weight}>${escaped(shape.text)}</text>`;
    }
  }
}

function round(value: number): number {
  return Number(value.toFixed(2));
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
