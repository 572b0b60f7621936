/** A place in a text as the Language Server Protocol counts: lines and UTF-16 units from 0. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  /** Not included. */
  readonly end: Position;
}

/** Everything that can be wrong with a recipe's text. Stable: scripts and quick fixes compare them. */
export type DiagnosticCode =
  // the text
  | 'too-large'
  | 'yaml-syntax'
  | 'yaml-alias'
  | 'several-documents'
  | 'duplicate-key'
  | 'empty-recipe'
  // keys
  | 'unknown-key'
  | 'reserved-key'
  | 'missing-key'
  | 'conflicting-keys'
  | 'unsupported-version'
  // values
  | 'wrong-type'
  | 'number-as-text'
  | 'not-finite'
  | 'invalid-value'
  | 'invalid-layers'
  | 'invalid-glob'
  | 'invalid-name'
  | 'invalid-reference'
  | 'invalid-size'
  | 'unknown-placeholder'
  // the whole
  | 'duplicate-name'
  | 'duplicate-output'
  | 'zero-direction';

/** What the editor underlines and `steer` prints, in the same words. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: 'error' | 'warning';
  /** One sentence. */
  readonly message: string;
  readonly range: Range;
}
