import type { Warning } from '#protocol/failure.ts';
import type { AnalyzeResult, RoundingReport } from '#protocol/results.ts';
import type { SimilarityResult } from '#protocol/similarity.ts';

/** Everything that a report says; no path in it is absolute. */
export interface ReportContent {
  readonly analysis: AnalyzeResult;
  /** The recipe as it is written, or as it comes to where a direction or an adapter was given. */
  readonly recipe: string;
  /** What w is: `honest − sycophantic`. */
  readonly words: string;
  /** The base by its Hub id or its folder's name; null where none is known. */
  readonly base: string | null;
  readonly strengths: readonly number[];
  /** Of w and the sides of its contrasts; null where there are none, or where they would have to be read once more. */
  readonly sides: Pick<SimilarityResult, 'names' | 'cosine' | 'z' | 'flags'> | null;
  /** What has been written already. */
  readonly outputs: readonly ReportedOutput[];
  readonly inputs: readonly ReportedInput[];
  readonly warnings: readonly Warning[];
  readonly versions: readonly (readonly [name: string, version: string])[];
  /** What makes it again, in the recipe's folder. */
  readonly command: string;
}

export interface ReportedOutput {
  /** From the recipe's folder. */
  readonly path: string;
  readonly strength: number;
  readonly format: string;
  readonly rank: number | null;
  readonly tensors: { readonly changed: number; readonly copied: number };
  readonly rounding: Pick<
    RoundingReport,
    'requested' | 'realised' | 'cosine' | 'projection' | 'unmoved'
  > | null;
  /** Whether it was made of this recipe and these inputs. */
  readonly isCurrent: boolean;
}

export interface ReportedInput {
  readonly role: string;
  readonly model: string;
  readonly files: readonly {
    readonly name: string;
    readonly size: number;
    readonly headerSha256: string;
    readonly sha256?: string;
  }[];
}
