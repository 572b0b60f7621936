import { isSubject, type Subject } from '#protocol/analysis.ts';

/** One text: how far along each direction. The first column is the base and stays at 0. */
export interface Column {
  /** Stays the same while its strengths change. */
  readonly id: number;
  readonly strengths: readonly number[];
}

export interface Options {
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topP: number;
  readonly repetitionPenalty: number;
  readonly seed: number;
}

/** What a page remembers when VS Code is closed. */
export interface ViewState {
  /** What the panel is about, so that it can be asked for anew. */
  readonly subject: Subject;
  readonly form: 'chat' | 'raw';
  readonly system: string;
  readonly message: string;
  readonly raw: string;
  readonly columns: readonly Column[];
  readonly options: Options;
}

const plainOptions: Options = { maxTokens: 64, temperature: 0, topP: 1, repetitionPenalty: 1, seed: 0 };

/** The base, and one text beside it that is the base too until somebody moves its slider. */
const twoColumns: readonly Column[] = [
  { id: 0, strengths: [] },
  { id: 1, strengths: [] },
];

/** What was saved, as far as it can be understood and is about the same subject; another version may have saved it. */
export function restoredState(saved: unknown, subject: Subject): ViewState {
  const values = new Map<string, unknown>(typeof saved === 'object' && saved ? Object.entries(saved) : []);
  const about = values.get('subject');
  const isSame = isSubject(about) && JSON.stringify(about) === JSON.stringify(subject);
  const text = (name: string) => toText(isSame ? values.get(name) : undefined);
  return {
    subject,
    form: text('form') === 'raw' ? 'raw' : 'chat',
    system: text('system'),
    message: text('message'),
    raw: text('raw'),
    columns: toColumns(isSame ? values.get('columns') : undefined),
    options: toOptions(isSame ? values.get('options') : undefined),
  };
}

/** As many strengths as there are directions, 0 where nothing was said. */
export function fitted(columns: readonly Column[], directions: number): readonly Column[] {
  const kept = directions === 0 ? columns.slice(0, 1) : columns;
  return kept.map(({ id, strengths }) => ({
    id,
    strengths: Array.from({ length: directions }, (_, at) => strengths[at] ?? 0),
  }));
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function toColumns(value: unknown): readonly Column[] {
  if (!Array.isArray(value) || value.length === 0) return twoColumns;
  const columns: readonly unknown[] = value;
  return columns.map((column, id) => ({ id, strengths: id === 0 ? [] : strengthsOf(column) }));
}

function strengthsOf(column: unknown): readonly number[] {
  if (typeof column !== 'object' || column === null || !('strengths' in column)) return [];
  const { strengths } = column;
  const values: readonly unknown[] = Array.isArray(strengths) ? strengths : [];
  return values.map((value) => (typeof value === 'number' && Number.isFinite(value) ? value : 0));
}

function toOptions(value: unknown): Options {
  const values = new Map<string, unknown>(typeof value === 'object' && value ? Object.entries(value) : []);
  const number = (name: keyof Options) => {
    const found = values.get(name);
    return typeof found === 'number' && Number.isFinite(found) ? found : plainOptions[name];
  };
  return {
    maxTokens: number('maxTokens'),
    temperature: number('temperature'),
    topP: number('topP'),
    repetitionPenalty: number('repetitionPenalty'),
    seed: number('seed'),
  };
}
