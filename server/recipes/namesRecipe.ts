/** Whether a path is meant as a recipe's file rather than a model. */
export function namesRecipe(path: string): boolean {
  return /\.ya?ml$/i.test(path);
}
