/** What a request is refused for. [G] The document has the statuses, and no words. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}
