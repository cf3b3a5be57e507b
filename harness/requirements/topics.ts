/**
 * Which exchanges a requirement speaks of. The catalogue's `transaction` is either a transaction or a topic that several transactions share;
 * a side then picks the messages. Here, and nowhere else, a topic is tied to transactions.
 */
/** Every transaction that travels as SOAP. */
export const soapTransactions = [
  'RAD-68', 'RAD-69', 'RAD-75', 'ITI-18', 'ITI-38', 'ITI-39', 'ITI-41', 'ITI-42', 'ITI-43', 'ITI-51', 'ITI-52', 'ITI-53', 'ITI-57', 'ITI-61', 'ITI-62', 'ITI-86', 'ITI-92',
] as const;

/** Those whose messages are MTOM packages in both directions: ITI TF-2 Appendix V.8.2. */
export const mtomTransactions = ['RAD-68', 'RAD-69', 'RAD-75', 'ITI-39', 'ITI-41', 'ITI-43'] as const;

const topics: Record<string, readonly string[]> = {
  SOAP: soapTransactions,
  MTOM: mtomTransactions,
  // RAD-68 is ITI-41 with a manifest in it: what binds the one binds the other.
  'ITI-41': ['RAD-68', 'ITI-41'],
  KOS: ['RAD-68', 'ITI-41'],
  // Registry objects in requests; registry errors and document sets in answers.
  METADATA: ['RAD-68', 'ITI-41', 'ITI-42', 'ITI-57', 'ITI-18', 'ITI-43', 'RAD-69', 'RAD-75'],
};

/** The transactions in whose exchanges a requirement of this topic can be seen. */
export const transactionsOf = (topic: string): readonly string[] => topics[topic] ?? [topic];
