/** Says what has changed to those who do not see it. The element stays; only its text is new. */
export function Announcer({ text }: { readonly text: string }) {
  return (
    <div class="visually-hidden" role="status" aria-live="polite">
      {text}
    </div>
  );
}
