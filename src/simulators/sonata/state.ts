export type WebhookBody = 'string' | 'object' | 'text';

export type TypeKey = 'type' | 'message_type';

export interface SonataState {
  /** 100 levels each, row by row; the four corners are not there. */
  readonly matrices: readonly { readonly installation: number; readonly device: number; readonly levels: readonly number[] }[];
  /** Origin to which events are posted, without the path, which is secret; empty: no subscriber. */
  readonly subscriber: string;
  readonly webhookBody: WebhookBody;
  readonly typeKey: TypeKey;
}
