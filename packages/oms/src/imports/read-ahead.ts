/**
 * Reads a chain of pages, each one while the caller is still busy with the one before. `next` is given the page before
 * (null at first) and tells how to read on, or null at the end. The caller sees errors in the page's turn, after
 * everything before it has been handled.
 */
export async function* readAhead<Page>(
  next: (previous: Page | null) => (() => Promise<Page>) | null,
): AsyncGenerator<Page, void, void> {
  let reading = next(null)?.() ?? null;
  try {
    while (reading !== null) {
      const page = await reading;
      reading = next(page)?.() ?? null;
      // Its error is thrown when its turn comes; until then it must not count as unhandled.
      reading?.catch(() => {});
      yield page;
    }
  } finally {
    await reading?.catch(() => {});
  }
}
