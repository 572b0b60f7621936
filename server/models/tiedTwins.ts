import type { Adapter, AdapterFactors, AdapterTensor } from './model.ts';

type Changes = Pick<Adapter, 'factors' | 'whole'>;

/**
 * With `ensure_weight_tying` on a tied model PEFT trains one change for both roles and writes it twice: factors of the
 * embedding also as those of the head, exchanged and turned. Without the head's, where all of it has a twin.
 */
export function withoutTwins(
  { factors, whole, config }: Changes & Pick<Adapter, 'config'>,
  tied: { readonly embedding: string; readonly head: string } | undefined,
): Changes {
  if (tied === undefined || !config.ensureWeightTying) return { factors, whole };
  const { embedding, head } = tied;
  const haveTwins =
    of(factors, head).every((factor) => of(factors, embedding).some((other) => areTwins(factor, other))) &&
    of(whole, head).every((part) => of(whole, embedding).some((other) => areAlike(part, other)));
  if (!haveTwins) return { factors, whole };
  return {
    factors: factors.filter(({ tensor }) => tensor !== head),
    whole: whole.filter(({ tensor }) => tensor !== head),
  };
}

function areTwins(head: AdapterFactors, embedding: AdapterFactors): boolean {
  const shapes = [head.A, head.B].map(({ shape }) => shape.join());
  const turned = [embedding.B, embedding.A].map(({ shape }) => shape.toReversed().join());
  const isPlain = head.magnitude === undefined && embedding.magnitude === undefined;
  return (
    isPlain && embedding.embedding && head.scale === embedding.scale && shapes.join(' ') === turned.join(' ')
  );
}

function areAlike(head: AdapterTensor, embedding: AdapterTensor): boolean {
  return head.role === embedding.role && head.stored.shape.join() === embedding.stored.shape.join();
}

function of<Part extends { readonly tensor: string }>(parts: readonly Part[], name: string): readonly Part[] {
  return parts.filter(({ tensor }) => tensor === name);
}
