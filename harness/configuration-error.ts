/** The set-up is wrong, not the product: nothing can be concluded, and the user can mend it. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}
