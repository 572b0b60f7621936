/** What a series looks like in the figures: its colour, and in high contrast its pattern. */
export function Swatch({ color, shade = 1 }: { readonly color: number; readonly shade?: number }) {
  return (
    <svg class="swatch-line" width="20" height="8" aria-hidden="true">
      <line class={`series series-${color}`} style={{ '--shade': shade }} x1="0" y1="4" x2="20" y2="4" />
    </svg>
  );
}
