export const groupings = ['layer', 'module', 'none'] as const;
/** What the list of tensors is divided by. */
export type Grouping = (typeof groupings)[number];

export interface Sorting {
  readonly key: string;
  readonly isDescending: boolean;
}

/** What a page remembers when VS Code is closed. */
export interface ViewState {
  /** Of the file that was opened. */
  readonly path: string;
  /** The tensor whose page is shown; undefined: the model's. */
  readonly selected: string | undefined;
  readonly filter: string;
  readonly grouping: Grouping;
  readonly sorting: Sorting | undefined;
  /** Groups that are not as they were at first. */
  readonly toggled: readonly string[];
  /** Only tensors of the file of this name; null: of all; undefined: of the one that was opened. */
  readonly file: string | null | undefined;
  /** Tables in place of figures. */
  readonly isTable: boolean;
  /** A logarithmic axis for counts. */
  readonly isLog: boolean;
  /** The histogram from the smallest to the largest value, and not of the central ones alone. */
  readonly isWhole: boolean;
  /** What a cell of the heat map shows of the values in it. */
  readonly cell: 'mean' | 'maxAbs';
}

export type ChangeState = (part: Partial<ViewState>) => void;

/** What was saved, as far as it can be understood and is about the same file; another version may have saved it. */
export function restoredState(saved: unknown, path: string): ViewState {
  const values = new Map<string, unknown>(
    typeof saved === 'object' && saved !== null ? Object.entries(saved) : [],
  );
  if (values.get('path') !== path) values.clear();
  const toggled = values.get('toggled');
  const file = values.get('file');
  return {
    path,
    selected: text(values.get('selected')),
    filter: text(values.get('filter')) ?? '',
    grouping: groupings.find((grouping) => grouping === values.get('grouping')) ?? 'layer',
    sorting: toSorting(values.get('sorting')),
    toggled: Array.isArray(toggled) ? toggled.filter((key) => typeof key === 'string') : [],
    file: file === null ? null : text(file),
    isTable: values.get('isTable') === true,
    isLog: values.get('isLog') === true,
    isWhole: values.get('isWhole') === true,
    cell: values.get('cell') === 'maxAbs' ? 'maxAbs' : 'mean',
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function toSorting(value: unknown): Sorting | undefined {
  if (typeof value !== 'object' || value === null || !('key' in value)) return undefined;
  const { key } = value;
  return typeof key === 'string'
    ? { key, isDescending: 'isDescending' in value && value.isDescending === true }
    : undefined;
}
