const STEPS = 1024;

/**
 * The two-sided quantile of Student's t distribution: how many standard errors an interval reaches to each side of its middle.
 *
 * With t = √ν·tan θ the density is cos^(ν−1) θ on (−π/2, π/2) up to a factor (Gosset 1908), so the quantile is the angle that holds the
 * share `confidence` of that area, found on a table of trapezes; right to 0.1 % for confidence ≤ 0.995 and 1 ≤ ν.
 *
 * @param confidence such as 0.99
 * @param degrees degrees of freedom, at least 1, not necessarily whole
 */
export function tQuantile(confidence: number, degrees: number): number {
  // Beyond some hundred degrees the distribution is the normal one to 1 %, and its area would fall between the steps.
  const nu = Math.min(degrees, 400);
  // All of the area that counts lies below this angle; for few degrees that is the whole quarter turn.
  const end = Math.min(Math.PI / 2, Math.atan(40 / Math.sqrt(nu)) + 4 / nu);
  const step = end / STEPS;
  const areas = new Float64Array(STEPS + 1);
  let last = 1;
  for (let index = 1; index <= STEPS; index += 1) {
    const density = Math.max(0, Math.cos(index * step)) ** (nu - 1);
    areas[index] = (areas[index - 1] ?? 0) + (last + density) / 2;
    last = density;
  }
  const wanted = confidence * (areas[STEPS] ?? 0);
  const above = areas.findIndex((area) => area >= wanted);
  const [low, high] = [areas[above - 1] ?? 0, areas[above] ?? 1];
  return Math.sqrt(nu) * Math.tan((above - 1 + (wanted - low) / (high - low)) * step);
}
