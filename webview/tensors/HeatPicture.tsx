import type { TensorPicture } from '#protocol/tensorView.ts';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { grouped, significant } from '#protocol/figures.ts';
import { t } from '../strings.ts';
import { type CellValue, heatPixels, type HeatScale, heatScale } from './heatColors.ts';
import { HeatLegend } from './HeatLegend.tsx';
import { type MatrixSize, type MatrixView, panned, wholeView, zoomed } from './matrixView.ts';
import { useDrag } from './useDrag.ts';
import { useTheme } from '../useTheme.ts';

interface Props {
  /** Undefined while nothing has come. */
  readonly picture: TensorPicture | undefined;
  readonly shown: MatrixView;
  readonly size: MatrixSize;
  readonly height: number;
  readonly cell: CellValue;
  readonly onView: (view: MatrixView) => void;
}

/** The heat map. Drag over a part to see it nearer; arrows move, + and − zoom, 0 shows all. */
export function HeatPicture({ picture, shown, size, height, cell, onView }: Props) {
  const [hover, setHover] = useState<{ readonly x: number; readonly y: number }>();
  const scale = useMemo(() => picture && heatScale(picture, cell), [picture, cell]);
  const { frame, selection, ...drag } = useDrag(shown, size, onView);
  const press = (event: KeyboardEvent) => {
    const view = viewFor(event.key, shown, size);
    if (view === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    onView(view);
    event.preventDefault();
  };
  return (
    <figure class="figure" aria-label={t('Heat map')}>
      <div
        ref={frame}
        class="heat-picture hatched"
        role="application"
        tabIndex={0}
        aria-label={t('Heat map: arrows move, plus and minus zoom, 0 shows all')}
        style={{ height: `${height}px` }}
        onKeyDown={press}
        onDblClick={(event) => onView(zoomed(shown, 0.5, size, shareOf(event)))}
        {...drag}
        onPointerMove={(event) => {
          setHover(shareOf(event));
          drag.onPointerMove(event);
        }}
        onPointerLeave={() => setHover(undefined)}
      >
        {picture && scale && <Canvas picture={picture} cell={cell} scale={scale} />}
        {selection && <span class="heat-selection" style={selection} />}
      </div>
      <div class="heat-foot">
        {scale ? <HeatLegend scale={scale} /> : <span />}
        <span class="quiet">{readout(picture, shown, cell, hover)}</span>
      </div>
    </figure>
  );
}

interface CanvasProps {
  readonly picture: TensorPicture;
  readonly cell: CellValue;
  readonly scale: HeatScale;
}

function Canvas({ picture, cell, scale }: CanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const palette = useTheme();
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context || picture.width * picture.height === 0) return;
    const pixels = heatPixels(picture, cell, scale, palette);
    context.putImageData(new ImageData(pixels, picture.width, picture.height), 0, 0);
  }, [picture, cell, scale, palette]);
  return <canvas ref={canvas} width={picture.width} height={picture.height} aria-hidden="true" />;
}

function shareOf({ clientX, clientY, currentTarget }: MouseEvent): {
  readonly x: number;
  readonly y: number;
} {
  if (!(currentTarget instanceof HTMLElement)) return { x: 0.5, y: 0.5 };
  const box = currentTarget.getBoundingClientRect();
  return { x: (clientX - box.left) / box.width, y: (clientY - box.top) / box.height };
}

function viewFor(key: string, view: MatrixView, size: MatrixSize): MatrixView | undefined {
  switch (key) {
    case '+':
    case '=':
      return zoomed(view, 0.5, size);
    case '-':
      return zoomed(view, 2, size);
    case '0':
      return wholeView(size);
    case 'ArrowUp':
      return panned(view, -0.25, 0, size);
    case 'ArrowDown':
      return panned(view, 0.25, 0, size);
    case 'ArrowLeft':
      return panned(view, 0, -0.25, size);
    case 'ArrowRight':
      return panned(view, 0, 0.25, size);
    default:
      return undefined;
  }
}

/** What is under the pointer, else how to read the picture. */
function readout(
  picture: TensorPicture | undefined,
  { rows, columns }: MatrixView,
  cell: CellValue,
  hover: { readonly x: number; readonly y: number } | undefined,
): string {
  if (picture === undefined) return t('Reading …');
  if (hover === undefined) return picture.exact ? t('each cell is one value') : '';
  const [x, y] = [placeOf(hover.x, picture.width), placeOf(hover.y, picture.height)];
  const value = picture[cell][y * picture.width + x];
  const row = rows.start + Math.floor((y * (rows.end - rows.start)) / picture.height);
  const column = columns.start + Math.floor((x * (columns.end - columns.start)) / picture.width);
  const number = value === undefined || Number.isNaN(value) ? t('NaN') : significant(value);
  return t('row {0}, column {1}: {2}', grouped(row), grouped(column), number);
}

function placeOf(share: number, count: number): number {
  return Math.max(0, Math.min(count - 1, Math.floor(share * count)));
}
