/** A request that is refused: the simulator responds with the status, and with the message in the vendor's own form. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}
