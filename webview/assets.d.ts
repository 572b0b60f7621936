/** An icon's markup; esbuild and Vitest hand it over as text. */
declare module '*.svg' {
  const markup: string;
  export default markup;
}
