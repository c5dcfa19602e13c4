/** [G] Which status a request is refused with, and in which words: the document has no errors at all. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}
