import type { CardFact } from './cardFacts.ts';

/** Names and values, as many beside one another as there is room for. */
export function FactList({ facts }: { readonly facts: readonly CardFact[] }) {
  return (
    <dl class="fact-grid">
      {facts.map(({ name, value, hint }) => (
        <div key={name} title={hint === undefined || hint === '' ? value : `${value}\n${hint}`}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
