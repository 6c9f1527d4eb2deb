const ONE_ROW = /^(w|b|g|weights?|bias|gamma|beta|scales?|shift)$/i;

/** Whether a tensor beside a matrix is called like those that have one value for each of its columns. */
export function isOneRow(name: string): boolean {
  return ONE_ROW.test(name);
}
