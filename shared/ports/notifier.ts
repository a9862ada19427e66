export interface Message {
  /** One line of plain ASCII, for mail. */
  readonly subject?: string;
  readonly text: string;
}

export interface Notifier {
  /** To an SNS topic by its ARN. */
  publish(topic: string, message: Message): Promise<void>;
}
