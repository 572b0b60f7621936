import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Position } from '../components/gridKeys.ts';
import { parseColor } from '../color.ts';
import { useTheme } from '../useTheme.ts';
import type { Board } from './board.ts';
import { drawFields } from './drawFields.ts';
import { fieldAtPoint } from './fieldsBox.ts';

interface Props {
  readonly board: Board;
  readonly onChoose: (at: Position) => void;
  /** Undefined: the pointer is at no field. */
  readonly onHover: (at: Position | undefined) => void;
}

/** The fields, drawn: four thousand elements would take longer than anybody wants to wait. */
export function MatrixCanvas({ board, onChoose, onHover }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const palette = useTheme();
  const draw = () => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return;
    const box = element.getBoundingClientRect();
    element.width = Math.round(box.width * devicePixelRatio);
    element.height = Math.round(box.height * devicePixelRatio);
    context.scale(devicePixelRatio, devicePixelRatio);
    const variable = (name: string) =>
      parseColor(getComputedStyle(element).getPropertyValue(`--vscode-${name}`));
    const warning = variable('editorWarning-foreground') ?? palette.foreground;
    const border = variable('contrastBorder') ?? palette.border;
    const isHighContrast = document.body.classList.contains('vscode-high-contrast');
    drawFields(context, board, box, { palette, border, warning, isHighContrast });
  };
  const current = useRef(draw);
  current.current = draw;
  useLayoutEffect(draw, [board, palette]);
  useEffect(() => {
    if (canvas.current === null) return;
    const observer = new ResizeObserver(() => current.current());
    observer.observe(canvas.current);
    return () => observer.disconnect();
  }, []);
  const at = ({ clientX, clientY, currentTarget }: MouseEvent) => {
    if (!(currentTarget instanceof HTMLElement)) return undefined;
    const box = currentTarget.getBoundingClientRect();
    return fieldAtPoint(board, box, { x: clientX - box.left, y: clientY - box.top });
  };
  return (
    <canvas
      ref={canvas}
      class="matrix-canvas"
      aria-hidden="true"
      onClick={(event) => {
        const place = at(event);
        if (place !== undefined) onChoose(place);
      }}
      onPointerMove={(event) => onHover(at(event))}
      onPointerLeave={() => onHover(undefined)}
    />
  );
}
