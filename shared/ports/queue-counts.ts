/** How much waits in queues of the home Region. */
export interface QueueCounts {
  /** Messages that nobody has taken up, about as many as the service says. */
  waiting(queueUrl: string): Promise<number>;
}
