import * as z from 'zod';

/**
 * The part of SARIF 2.1.0 that is written here, as its schema has it (OASIS, sarif-schema-2.1.0.json): what is required, what else there may
 * be, which values. Objects are closed there too, so that a misspelt property is an error.
 */
const text = z.strictObject({ text: z.string().min(1) });
const line = z.int().min(1);

const physicalLocation = z.strictObject({
  artifactLocation: z.strictObject({
    uri: z.string().regex(/^[\w\-.~%!$&'()*+,;=:@/]+$/), // A URI reference has no other letters.
    uriBaseId: z.string().optional(),
  }),
  region: z.strictObject({ startLine: line, startColumn: line, endLine: line, endColumn: line }).optional(),
});

const logicalLocation = z.strictObject({ fullyQualifiedName: z.string(), kind: z.string() });

const location = z.strictObject({
  physicalLocation,
  logicalLocations: z.array(logicalLocation).min(1).optional(),
  message: text.optional(),
});

const level = z.enum(['none', 'note', 'warning', 'error']);

const rule = z.strictObject({
  id: z.string().min(1),
  shortDescription: text,
  defaultConfiguration: z.strictObject({ level }),
});

const result = z.strictObject({
  ruleId: z.string(),
  ruleIndex: z.int().min(-1),
  level,
  message: text,
  locations: z.array(location),
  relatedLocations: z.array(location).min(1).optional(),
});

const run = z.strictObject({
  tool: z.strictObject({
    driver: z.strictObject({
      name: z.string().min(1),
      semanticVersion: z.string().regex(/^\d+\.\d+\.\d+/),
      rules: z.array(rule),
    }),
  }),
  columnKind: z.enum(['utf16CodeUnits', 'unicodeCodePoints']),
  results: z.array(result),
});

export const sarifLog = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z.array(run),
});
