import type { GenerationSubject } from '#protocol/generation.ts';
import { Button, Choice } from '../components/controls.ts';
import { t } from '../strings.ts';
import { type Limits, NumberEntry } from './NumberEntry.tsx';
import type { Options, ViewState } from './viewState.ts';

interface Props {
  readonly state: ViewState;
  readonly chat: GenerationSubject['chat'];
  readonly chatProblem: string | undefined;
  readonly change: (part: Partial<ViewState>) => void;
  readonly onGenerate: () => void;
}

/** What the texts go on from, and how tokens are chosen. */
export function PromptFields({ state, chat, chatProblem, change, onGenerate }: Props) {
  const isRaw = state.form === 'raw' || chat === 'none';
  const forms = [
    { value: 'chat', text: t('Chat') },
    { value: 'raw', text: t('Raw text') },
  ] as const;
  return (
    <div class="prompt">
      {chat !== 'none' && (
        <div class="choice">
          <span aria-hidden="true">{t('Prompt')}</span>
          <Choice
            label={t('Prompt')}
            value={state.form}
            options={forms}
            onChange={(form) => change({ form })}
          />
        </div>
      )}
      {chatProblem !== undefined && <p class="quiet">{chatProblem}</p>}
      {!isRaw && chat === 'with-system' && (
        <Field label={t('System')} rows={1} value={state.system} onInput={(system) => change({ system })} />
      )}
      {isRaw ? (
        <Field label={t('Text')} isMain rows={4} value={state.raw} onInput={(raw) => change({ raw })} />
      ) : (
        <Field
          label={t('Message')}
          isMain
          rows={2}
          value={state.message}
          onInput={(message) => change({ message })}
        />
      )}
      <div class="prompt-actions">
        <Button appearance="primary" label={t('Generate (Ctrl+Enter)')} onClick={onGenerate}>
          {t('Generate')}
        </Button>
        <OptionFields options={state.options} onChange={(options) => change({ options })} />
      </div>
    </div>
  );
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly rows: number;
  readonly isMain?: boolean;
  readonly onInput: (value: string) => void;
}

function Field({ label, value, rows, isMain = false, onInput }: FieldProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <textarea
        class={isMain ? 'prompt-main' : ''}
        rows={rows}
        spellcheck={false}
        value={value}
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
      />
    </label>
  );
}

interface OptionProps {
  readonly options: Options;
  readonly onChange: (options: Options) => void;
}

function OptionFields({ options, onChange }: OptionProps) {
  const field = (name: keyof Options, label: string, hint: string, limits: Limits) => (
    <label class="option" title={hint}>
      <span aria-hidden="true">{label}</span>
      <NumberEntry
        label={label}
        limits={limits}
        value={options[name]}
        onChange={(value) => onChange({ ...options, [name]: value })}
      />
    </label>
  );
  return (
    <div class="options">
      {field('maxTokens', t('Tokens'), t('The most tokens of a text'), { min: 1, max: 4096, step: 1 })}
      {field('temperature', t('Temperature'), t('0: always the likeliest token'), {
        min: 0,
        max: 10,
        step: 0.1,
      })}
      {field('topP', t('Top p'), t('Of the likeliest tokens that sum to p'), { min: 0, max: 1, step: 0.05 })}
      {field(
        'repetitionPenalty',
        t('Repetition penalty'),
        t('Above 1: what was said before is less likely'),
        {
          min: 0.1,
          max: 10,
          step: 0.1,
        },
      )}
      {field('seed', t('Seed'), t('The same for every text, so that texts part where the models do'), {
        min: 0,
        max: 2 ** 32,
        step: 1,
      })}
    </div>
  );
}
