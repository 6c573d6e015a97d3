package io.tokenledger.forwarder.reconcile;

/**
 * A provider's administration key. Held while a bill is read, never stored, and never in a message:
 * its text form does not show it.
 */
public final class AdminKey {
  private final String secret;

  private AdminKey(String secret) {
    this.secret = secret;
  }

  /**
   * A key as it was given; blanks and line ends around it do not count.
   *
   * @throws BillException when it is empty, or could not be sent in a header
   */
  public static AdminKey of(String text) {
    String secret = text == null ? "" : text.strip();
    if (secret.isEmpty()) {
      throw new BillException("The key is empty.");
    }
    if (!secret.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw new BillException("The key is none: it has blanks, or other than ASCII characters.");
    }
    return new AdminKey(secret);
  }

  String secret() {
    return secret;
  }

  @Override
  public String toString() {
    return "(hidden)";
  }
}
