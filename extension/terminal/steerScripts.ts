/** What a script runs: VS Code's own Node, and the command line in the extension. */
export interface SteerPaths {
  readonly node: string;
  readonly program: string;
}

/** The scripts that make `steer` a command, by file name: one for POSIX shells, one for Windows. */
export function steerScripts({ node, program }: SteerPaths): ReadonlyMap<string, string> {
  const posix = `#!/bin/sh\nELECTRON_RUN_AS_NODE=1 exec ${quoted(node)} ${quoted(program)} "$@"\n`;
  const windows = `@echo off\r\nsetlocal\r\nset ELECTRON_RUN_AS_NODE=1\r\n"${escaped(node)}" "${escaped(program)}" %*\r\n`;
  return new Map([
    ['steer', posix],
    ['steer.cmd', windows],
  ]);
}

/** For a POSIX shell. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** For a batch file, where `%` begins a variable. */
function escaped(path: string): string {
  return path.replaceAll('%', '%%');
}
