/** The kernels' bytes, built by `node esbuild.mjs --kernels`; esbuild and Vitest both hand a `.wasm` import over like this. */
declare module '*.wasm' {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}

/** The part of the standard library's WebAssembly that is used here; without `dom`, TypeScript knows nothing of it. */
declare namespace WebAssembly {
  type Module = object;
  const Module: new (bytes: Uint8Array<ArrayBuffer>) => Module;

  class Instance {
    constructor(module: Module, imports: { readonly env: { readonly memory: unknown } });
    readonly exports: unknown;
  }

  class Memory {
    constructor(descriptor: { readonly initial: number; readonly maximum: number; readonly shared: true });
    readonly buffer: SharedArrayBuffer;
    grow(pages: number): number;
  }
}
