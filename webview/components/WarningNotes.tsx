import type { Warning } from '#protocol/failure.ts';
import { Icon } from './Icon.tsx';

/** What did not stop the work, one line each. */
export function WarningNotes({ warnings }: { readonly warnings: readonly Warning[] }) {
  if (warnings.length === 0) return null;
  return (
    <ul class="warnings" id="warnings" tabIndex={-1}>
      {warnings.map((warning) => (
        <li class="note note-warning" key={`${warning.code} ${warning.message}`}>
          <Icon name="warning" />
          <p class="note-text">{warning.message}</p>
        </li>
      ))}
    </ul>
  );
}
