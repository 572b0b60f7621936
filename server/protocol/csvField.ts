/** A field of a CSV file with all digits, quoted where RFC 4180 asks for it; unknown numbers are empty. */
export function csvField(value: string | number | null): string {
  const text = String(value ?? '');
  // A spreadsheet would take a name that begins like a formula for one.
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
