/** Where what a validation leaves is kept. */
export function artifactKey(validationId: string, name: string): string {
  return `artifacts/${validationId}/${name}`;
}
