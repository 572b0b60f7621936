interface Props {
  readonly title: string;
  /** The first column is text, the others are numbers. */
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The numbers of a figure, a few hundred rows at most. */
export function SmallTable({ title, headings, rows }: Props) {
  return (
    <figure class="figure" aria-label={title}>
      <figcaption>{title}</figcaption>
      <div class="small-table" tabIndex={0} role="region" aria-label={title}>
        <table>
          <thead>
            <tr>
              {headings.map((heading) => (
                <th scope="col" key={heading}>
                  {heading}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={index}>
                {row.map((cell, column) => (
                  <td key={column}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}
