/** The mark: a gate, and the tide that goes through it. */
export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" class="ground" />
      <path d="M9 7v18M23 7v18" class="posts" />
      <path d="M9 14c3.500-4 7 4 14 0M9 20c3.500-4 7 4 14 0" class="water" />
    </svg>
  );
}
